/**
 * Preload for clients left on their production URLs: every connection to a host of the exchange goes to
 * the TLS port named in LEAD_TO_PORT of this machine, the name asked for stays, so the certificate is
 * judged as usual. Anything else that is not this machine is refused: no test reaches the real exchange.
 */
import { Socket } from 'node:net';

type Target = { host?: unknown; port?: unknown; servername?: unknown; path?: unknown };
type Connect = (this: Socket, ...args: unknown[]) => Socket;

const port = Number(process.env['LEAD_TO_PORT']);
const connect = Reflect.get(Socket.prototype, 'connect') as Connect;

function lead(target: Target): void {
  if (typeof target.host !== 'string') return;
  if (/(^|\.)binance\.(com|vision)$/.test(target.host)) {
    target.servername ??= target.host;
    target.host = '127.0.0.1';
    target.port = port;
  } else if (!/^(127\.0\.0\.1|localhost|::1)$/.test(target.host)) {
    throw new Error(`${target.host} is not of this machine`);
  }
}

Reflect.set(Socket.prototype, 'connect', function led(this: Socket, ...args: unknown[]): Socket {
  // `net.connect` hands its arguments over as one list, `tls.connect` as an object.
  const first: unknown = Array.isArray(args[0]) ? args[0][0] : args[0];
  if (typeof first === 'object' && first !== null) lead(first);
  return connect.apply(this, args);
});
