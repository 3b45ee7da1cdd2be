/**
 * One connection to market streams: raw (`/ws/…`) or combined (`/stream?streams=…`), with live
 * SUBSCRIBE, UNSUBSCRIBE, LIST_SUBSCRIPTIONS, SET_PROPERTY and GET_PROPERTY. Paths that name nothing
 * (`/ws`, `/ws/0`, `/stream`) are accepted, since clients open them and subscribe afterwards.
 */
import { type Connection, POLICY_VIOLATION, type Session } from './connection.ts';
import { hasJsonId, idText, parseJson, RawNumber } from './json-text.ts';
import type { MarketStreams, Subscriber } from './market-streams.ts';
import type { TimeUnit } from './render.ts';

export type StreamUrl = {
  readonly combined: boolean;
  readonly names: readonly string[];
  readonly unit: TimeUnit;
};

/** Null when the path is no stream path or the time unit is none of the two. */
export function parseStreamUrl(url: string): StreamUrl | null {
  const [path = '', query = ''] = url.split('?', 2);
  const search = new URLSearchParams(query);
  const unit = parseTimeUnit(search.get('timeUnit'));
  if (unit === null) return null;
  const clean = path.replace(/^\/+/, '/').replace(/\/+$/, '');
  if (clean === '/stream') return { combined: true, names: split(search.get('streams') ?? ''), unit };
  if (clean === '/ws') return { combined: false, names: [], unit };
  if (clean.startsWith('/ws/')) return { combined: false, names: split(decode(clean.slice(4))), unit };
  return null;
}

export function parseTimeUnit(text: string | null): TimeUnit | null {
  if (text === null || /^millisecond$/i.test(text)) return 1;
  return /^microsecond$/i.test(text) ? 1_000 : null;
}

function split(names: string): readonly string[] {
  return names.split('/').filter((name) => name !== '');
}

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

export interface StreamSession extends Session {
  /** Tells the client that the server goes down. */
  shutdown(now: number): void;
}

export function createStreamSession(given: {
  readonly url: StreamUrl;
  readonly streams: MarketStreams;
  readonly connection: Connection;
  readonly mostStreams: number;
  /** Faults: silence, while pings go on. */
  readonly muted: () => boolean;
}): StreamSession & { release(): void } {
  const { streams, connection, url } = given;
  const names = new Set<string>();
  let combined = url.combined;

  const subscriber: Subscriber = {
    unit: url.unit,
    deliver(stream, payload) {
      if (given.muted()) return;
      connection.send(combined ? `{"stream":"${stream}","data":${payload}}` : payload);
    },
  };

  function subscribe(name: string): boolean {
    if (names.has(name)) return true;
    if (names.size >= given.mostStreams) {
      connection.close(POLICY_VIOLATION, 'Too many streams');
      return false;
    }
    names.add(name);
    return streams.subscribe(name, subscriber) !== null;
  }

  function reply(id: string, result: unknown): void {
    connection.send(`{"result":${JSON.stringify(result)},"id":${id}}`);
  }

  function fail(code: number, msg: string, id: string | null): void {
    connection.send(`{"error":${JSON.stringify({ code, msg })}${id === null ? '' : `,"id":${id}`}}`);
  }

  function command(message: Record<string, unknown>, text: string): void {
    const id = hasJsonId(message['id'] ?? null, 36) ? idText(message['id'] ?? null) : null;
    if (id === null) {
      fail(2, 'Invalid request: request ID must be an unsigned integer', null);
      return;
    }
    const { method, params } = message;
    if (typeof method !== 'string') {
      fail(2, `Invalid request: missing field \`method\` at line 1 column ${text.length}`, id);
      return;
    }
    const list = Array.isArray(params) ? (params as readonly unknown[]) : [];
    switch (method) {
      case 'SUBSCRIBE':
      case 'UNSUBSCRIBE':
        changeSubscriptions(method, list, id);
        return;
      case 'LIST_SUBSCRIPTIONS':
        if (list.length > 0) fail(2, 'Invalid request: too many parameters', id);
        else reply(id, [...names]);
        return;
      case 'SET_PROPERTY':
      case 'GET_PROPERTY':
        property(method, list, id);
        return;
      default:
        fail(
          2,
          `Invalid request: unknown variant \`${method}\`, expected one of \`SUBSCRIBE\`, \`UNSUBSCRIBE\`, \`LIST_SUBSCRIPTIONS\`, \`SET_PROPERTY\`, \`GET_PROPERTY\` at line 1 column ${text.indexOf(method) + method.length + 1}`,
          id,
        );
    }
  }

  function changeSubscriptions(
    method: 'SUBSCRIBE' | 'UNSUBSCRIBE',
    list: readonly unknown[],
    id: string,
  ): void {
    if (list.some((name) => typeof name !== 'string' || !name.includes('@'))) {
      fail(2, 'Invalid request: invalid stream', id);
      return;
    }
    const wanted = list as readonly string[];
    if (method === 'UNSUBSCRIBE') {
      for (const name of wanted) if (names.delete(name)) streams.unsubscribe(name, subscriber);
      reply(id, null);
      return;
    }
    // The answer precedes the first event of what was asked for.
    const room = given.mostStreams - names.size >= wanted.filter((name) => !names.has(name)).length;
    if (room) reply(id, null);
    for (const name of wanted) subscribe(name);
  }

  function property(method: 'SET_PROPERTY' | 'GET_PROPERTY', list: readonly unknown[], id: string): void {
    const [name, value] = list;
    if (typeof name !== 'string') fail(2, 'Invalid request: property name must be a string', id);
    else if (list.length > (method === 'SET_PROPERTY' ? 2 : 1))
      fail(2, 'Invalid request: too many parameters', id);
    else if (name !== 'combined') fail(0, 'Unknown property', id);
    else if (method === 'GET_PROPERTY') reply(id, combined);
    else if (typeof value !== 'boolean') fail(1, 'Invalid value type: expected Boolean', id);
    else {
      combined = value;
      reply(id, null);
    }
  }

  for (const name of url.names) if (connection.open) subscribe(name);

  return {
    receive(text) {
      if (!connection.countFrame()) return;
      const parsed = parseJson(text);
      if (!parsed.ok) {
        fail(3, `Invalid JSON: expected value at line 1 column ${parsed.column}`, null);
      } else if (
        typeof parsed.value !== 'object' ||
        parsed.value === null ||
        Array.isArray(parsed.value) ||
        parsed.value instanceof RawNumber
      ) {
        fail(2, `Invalid request: missing field \`method\` at line 1 column ${text.length}`, null);
      } else {
        command(parsed.value as Record<string, unknown>, text);
      }
    },
    pinged() {
      connection.countFrame();
    },
    pong(payload) {
      if (connection.countFrame()) connection.pong(payload);
    },
    closed() {
      connection.gone();
    },
    shutdown(now) {
      const event = `{"e":"serverShutdown","E":${now * url.unit}}`;
      connection.send(combined ? `{"stream":"!serverShutdown","data":${event}}` : event);
    },
    release() {
      for (const name of names) streams.unsubscribe(name, subscriber);
      names.clear();
    },
  };
}
