/**
 * The exchange's admin port, off unless asked for: fault plans, deposits, symbol states, revoked keys,
 * the regime of the market.
 * Loopback only, and only for callers who name loopback as the host, so that no web page reaches it.
 */
import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';

import { type AssetAmount, parseFixed } from '../../core/money.ts';
import type { SymbolStatus } from '../matching/venue-api.ts';
import type { Exchange } from './exchange.ts';
import { readFaultPlan } from './fault-plan.ts';
import { noFaults } from './faults.ts';

export type AdminAnswer = { readonly status: number; readonly body: unknown };

/** What one admin request does; `now` is exchange time. */
export function administer(
  exchange: Exchange,
  now: () => number,
  method: string,
  path: string,
  body: string,
): AdminAnswer {
  switch (`${method} ${path}`) {
    case 'GET /faults':
      return { status: 200, body: { plan: exchange.faults.plan(), fired: exchange.faults.fired } };
    case 'PUT /faults': {
      const plan = readFaultPlan(body);
      if (!plan.ok) return { status: 400, body: { problems: plan.error } };
      exchange.setFaults(plan.value);
      return { status: 200, body: { rules: plan.value.rules.length } };
    }
    case 'DELETE /faults':
      exchange.setFaults(noFaults);
      return { status: 200, body: { rules: 0 } };
    case 'POST /transfer':
      return transfer(exchange, now(), fields(body));
    case 'POST /symbol':
      return setStatus(exchange, now(), fields(body));
    case 'POST /revoke':
      exchange.revokeKey(fields(body)['apiKey'] ?? '');
      return { status: 200, body: {} };
    case 'PUT /market':
      return switchMarket(exchange, fields(body)['regime'] ?? '');
    default:
      return { status: 404, body: { problems: [`there is no ${method} ${path}`] } };
  }
}

function fields(body: string): Readonly<Record<string, string>> {
  try {
    const value: unknown = JSON.parse(body);
    if (typeof value !== 'object' || value === null) return {};
    return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, String(each)]));
  } catch {
    return {};
  }
}

function transfer(exchange: Exchange, now: number, given: Readonly<Record<string, string>>): AdminAnswer {
  const amount = parseFixed<AssetAmount>(given['amount'] ?? '');
  const { asset } = given;
  if (!amount.ok || asset === undefined)
    return { status: 400, body: { problems: ['"asset" and a decimal "amount" are needed'] } };
  const result = exchange.venue.transfer(now, Number(given['accountId'] ?? 1), asset, amount.value);
  exchange.settle();
  return result.ok ? { status: 200, body: {} } : { status: 400, body: { problems: [result.error.message] } };
}

function switchMarket(exchange: Exchange, regime: string): AdminAnswer {
  const known = exchange.switchMarket(regime);
  if (known === null) return { status: 200, body: { regime } };
  const problem =
    known.length === 0 ? 'this market is a recording' : `"regime" is one of ${known.join(', ')}`;
  return { status: 400, body: { problems: [problem] } };
}

function setStatus(exchange: Exchange, now: number, given: Readonly<Record<string, string>>): AdminAnswer {
  const spec = exchange.venue.symbol(given['symbol'] ?? '');
  const status = ['TRADING', 'BREAK', 'HALT', 'CANCEL_ONLY', 'END_OF_DAY'].find(
    (each) => each === given['status'],
  );
  if (spec === null || status === undefined)
    return { status: 400, body: { problems: ['a known "symbol" and "status" are needed'] } };
  exchange.venue.setSymbol(now, { ...spec, status: status as SymbolStatus });
  exchange.settle();
  return { status: 200, body: {} };
}

/** Listens on loopback; gives the port. */
export async function serveAdmin(
  exchange: Exchange,
  now: () => number,
  port: number,
): Promise<{ readonly port: number; close(): void }> {
  const server: Server = createServer((request, response) => {
    void readBody(request).then((body) => {
      const named = /^(127\.0\.0\.1|localhost|\[::1\])(:\d+)?$/.test(request.headers.host ?? '');
      const answer = named
        ? administer(exchange, now, request.method ?? 'GET', request.url ?? '/', body)
        : { status: 403, body: { problems: ['only loopback'] } };
      response
        .writeHead(answer.status, { 'content-type': 'application/json' })
        .end(`${JSON.stringify(answer.body)}\n`);
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, '127.0.0.1', resolve);
  });
  return { port: (server.address() as AddressInfo).port, close: () => void server.close() };
}

async function readBody(request: IncomingMessage): Promise<string> {
  let text = '';
  for await (const chunk of request) {
    text += String(chunk);
    if (text.length > 1 << 20) return '';
  }
  return text;
}
