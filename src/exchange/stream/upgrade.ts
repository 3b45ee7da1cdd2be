/**
 * The opening handshake of a WebSocket (RFC 6455, section 4): the request as text, and whether the
 * answer to it opens the connection. No extensions and no subprotocols are offered or taken.
 */
import { createHash, randomBytes } from 'node:crypto';
import { parseHead } from '../http/response-parser.ts';

/** Appended to the key before hashing; the standard's own constant. */
const STANDARD_GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11';

/** A key that no earlier connection had. */
export function upgradeKey(): string {
  return randomBytes(16).toString('base64');
}

export function upgradeRequest(url: URL, key: string): string {
  return [
    `GET ${url.pathname}${url.search} HTTP/1.1`,
    `Host: ${url.host}`,
    'Upgrade: websocket',
    'Connection: Upgrade',
    `Sec-WebSocket-Key: ${key}`,
    'Sec-WebSocket-Version: 13',
    '\r\n',
  ].join('\r\n');
}

/** What is wrong with this answer's head (without its empty line); null when the connection is open. */
export function upgradeProblem(head: string, key: string): string | null {
  const answer = parseHead(head);
  if (typeof answer === 'string') return answer;
  if (answer.status !== 101) return `the server answered ${answer.status}`;
  const { headers } = answer;
  if ((headers['upgrade'] ?? '').toLowerCase() !== 'websocket')
    return 'the server upgrades to something else';
  if (!/(?:^|,)\s*upgrade\s*(?:,|$)/i.test(headers['connection'] ?? '')) return 'the server does not upgrade';
  const accept = createHash('sha1')
    .update(key + STANDARD_GUID)
    .digest('base64');
  if (headers['sec-websocket-accept'] !== accept) return 'the server did not understand the key';
  if (headers['sec-websocket-extensions'] !== undefined)
    return 'the server wants an extension nobody offered';
  if (headers['sec-websocket-protocol'] !== undefined) return 'the server wants a protocol nobody offered';
  return null;
}
