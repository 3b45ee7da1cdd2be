/**
 * One connection to the WebSocket API: requests as on REST, session logon (Ed25519 keys only), user
 * data subscriptions. Signatures cover the raw parameters sorted by name, `apiKey` included.
 */
import { invariant } from '../../core/invariant.ts';
import type { ApiKey, Keyring, Permission } from './api-keys.ts';
import { checkSignature, checkTiming, readSignature, readTiming, requireKey } from './authenticate.ts';
import type { Connection, ConnectionConfig, Session } from './connection.ts';
import type { Endpoint } from './endpoint.ts';
import {
  alreadySubscribed,
  type ApiError,
  invalidJson,
  keyRejected,
  notSubscribed,
  Refusal,
  refuse,
  subscriptionsExhausted,
  tooManySubscriptions,
  unsupportedOperation,
} from './errors.ts';
import { hasJsonId, idText, parameterText, parseJson, RawNumber } from './json-text.ts';
import { createParams, type Params } from './params.ts';
import type { LimitCount } from './rate-limits.ts';
import type { TimeUnit } from './render.ts';
import type { Subscription, UserListener, UserStreams } from './user-streams.ts';

/** Requests that concern the connection itself. */
const sessionMethods = {
  'session.logon': { parameters: 0, signed: true },
  'session.status': { parameters: 0, signed: false },
  'session.logout': { parameters: 0, signed: false },
  'session.subscriptions': { parameters: 0, signed: false },
  'userDataStream.subscribe': { parameters: 0, signed: false },
  'userDataStream.subscribe.signature': { parameters: 0, signed: true },
  'userDataStream.unsubscribe': { parameters: 1, signed: false },
} as const;
type SessionMethod = keyof typeof sessionMethods;
const SESSION_WEIGHT = 2;
/** apiKey, timestamp, recvWindow, signature, returnRateLimits. */
const COMMON_PARAMETERS = 5;

/** What the exchange does for a request: limits, faults, the endpoint itself. Null: no answer will ever come. */
export type ApiCall = {
  readonly endpoint: Endpoint | null;
  readonly weight: number;
  readonly accountId: number;
  readonly act: () => unknown;
};
export type ApiAnswer = {
  readonly status: number;
  readonly result: unknown;
  readonly error: ApiError | null;
};

export type ApiHost = {
  now(): number;
  endpoint(wsMethod: string): Endpoint | null;
  readonly keyring: Keyring;
  readonly users: UserStreams;
  readonly config: ConnectionConfig;
  /** Runs the request within the limits of the address, settles what it caused; null loses the answer. */
  call(call: ApiCall, reply: (answer: ApiAnswer) => void): void;
  weight(): LimitCount;
  orders(accountId: number): readonly LimitCount[];
};

export interface ApiSession extends Session {
  shutdown(now: number): void;
  /** The key is gone: its subscriptions end, its session is dropped at the next request. */
  revoked(apiKey: string): void;
}

export function createApiSession(
  host: ApiHost,
  connection: Connection,
  url: { readonly unit: TimeUnit; readonly returnRateLimits: boolean },
): ApiSession & { release(): void } {
  const { unit } = url;
  const subscriptions = new Map<number, Subscription>();
  let nextSubscription = 0;
  let logon: { readonly apiKey: string; readonly since: number } | null = null;
  const listener: UserListener = { unit, send: (text) => connection.send(text) };

  function terminate(subscription: Subscription): void {
    subscriptions.delete(subscription.id);
    host.users.remove(listener, subscription);
    connection.send(
      `{"subscriptionId":${subscription.id},"event":{"e":"eventStreamTerminated","E":${host.now() * unit}}}`,
    );
  }

  function subscribe(key: ApiKey, fromLogon: boolean): unknown {
    if ([...subscriptions.values()].some((each) => each.accountId === key.accountId))
      refuse(alreadySubscribed());
    if (subscriptions.size >= host.config.subscriptionsPerConnection) {
      refuse(tooManySubscriptions(host.config.subscriptionsPerConnection));
    }
    if (nextSubscription >= host.config.subscriptionIds) refuse(subscriptionsExhausted());
    const subscription = { id: nextSubscription, accountId: key.accountId, apiKey: key.apiKey, fromLogon };
    nextSubscription += 1;
    subscriptions.set(subscription.id, subscription);
    host.users.add(listener, subscription);
    return { subscriptionId: subscription.id };
  }

  function unsubscribe(id: number | null): unknown {
    const ending =
      id === null
        ? [...subscriptions.values()]
        : [subscriptions.get(id)].filter((each) => each !== undefined);
    if (ending.length === 0) refuse(notSubscribed());
    for (const subscription of ending) terminate(subscription);
    return {};
  }

  function status(): unknown {
    return {
      apiKey: logon?.apiKey ?? null,
      authorizedSince: logon === null ? null : logon.since * unit,
      connectedSince: connection.openedAt * unit,
      returnRateLimits: url.returnRateLimits,
      serverTime: host.now() * unit,
      userDataStream: subscriptions.size > 0,
    };
  }

  function sessionKey(): ApiKey {
    const key = logon === null ? null : host.keyring.find(logon.apiKey);
    return key ?? refuse(keyRejected());
  }

  function prepareSession(
    method: SessionMethod,
    params: Params,
    raw: ReadonlyMap<string, string>,
  ): () => unknown {
    const shape = sessionMethods[method];
    if (shape.signed) {
      const authorised = signed(params, raw, 'USER_STREAM', shape.parameters);
      return method === 'session.logon' ? () => enter(authorised()) : () => subscribe(authorised(), false);
    }
    params.optional('apiKey');
    const subscriptionId = method === 'userDataStream.unsubscribe' ? params.integer('subscriptionId') : null;
    params.finish(shape.parameters + COMMON_PARAMETERS);
    switch (method) {
      case 'session.status':
        return status;
      case 'session.logout':
        return () => {
          logon = null;
          for (const each of subscriptions.values()) if (each.fromLogon) terminate(each);
          return status();
        };
      case 'session.subscriptions':
        return () => [...subscriptions.keys()].map((id) => ({ subscriptionId: id }));
      case 'userDataStream.subscribe':
        return () => subscribe(sessionKey(), true);
      default:
        return () => unsubscribe(subscriptionId);
    }
  }

  function enter(key: ApiKey): unknown {
    if (key.keyType !== 'ED25519') {
      refuse({
        status: 400,
        code: -4056,
        message: `${key.keyType === 'HMAC' ? 'HMAC_SHA256' : 'RSA'} API key is not supported.`,
      });
    }
    logon = { apiKey: key.apiKey, since: host.now() };
    return status();
  }

  /** Reads the security parameters; the returned check runs once everything has been read. */
  function signed(
    params: Params,
    raw: ReadonlyMap<string, string>,
    permission: Permission,
    own: number,
  ): () => ApiKey {
    const named = params.optional('apiKey');
    if (named === null && logon !== null && !params.has('signature')) {
      const timing = readTiming(params);
      params.finish(own + COMMON_PARAMETERS);
      return () => {
        checkTiming(timing, host.now());
        return requireKey(host.keyring, logon?.apiKey ?? null, permission);
      };
    }
    const key = requireKey(host.keyring, named, permission);
    const timing = readTiming(params);
    const signature = readSignature(params);
    params.finish(own + COMMON_PARAMETERS);
    return () => {
      checkTiming(timing, host.now());
      checkSignature(key, signedText(raw), signature);
      return key;
    };
  }

  function prepare(method: string, params: Params, raw: ReadonlyMap<string, string>): ApiCall {
    if (method in sessionMethods) {
      const act = prepareSession(method as SessionMethod, params, raw);
      return { endpoint: null, weight: SESSION_WEIGHT, accountId: 0, act };
    }
    const endpoint = host.endpoint(method) ?? refuse(unsupportedOperation());
    const weight = typeof endpoint.weight === 'number' ? endpoint.weight : endpoint.weight(params);
    const run = endpoint.prepare(params);
    if (endpoint.security === 'NONE') {
      params.optional('apiKey');
      params.finish(endpoint.parameters + COMMON_PARAMETERS);
      return { endpoint, weight, accountId: 0, act: () => run({ now: host.now(), unit, accountId: 0 }) };
    }
    const authorise = signed(params, raw, endpoint.security, endpoint.parameters);
    const key = authorise();
    return {
      endpoint,
      weight,
      accountId: key.accountId,
      act: () => run({ now: host.now(), unit, accountId: key.accountId }),
    };
  }

  function request(message: Record<string, unknown>): void {
    const id = hasJsonId(message['id'] ?? null, 256) ? idText(message['id'] ?? null) : null;
    const fail = (error: ApiError, showLimits: boolean, weight: number): void => {
      host.call({ endpoint: null, weight, accountId: 0, act: () => refuse(error) }, (answer) =>
        respond(id ?? 'null', answer, showLimits, 0, null),
      );
    };
    if (id === null)
      return fail(
        invalidJson("Invalid 'id' in JSON request; expected an integer, a string, or null."),
        false,
        1,
      );
    const { method, params: given = {} } = message;
    if (typeof method !== 'string')
      return fail(
        invalidJson("Invalid 'method' in JSON request; expected a string."),
        url.returnRateLimits,
        1,
      );
    if (typeof given !== 'object' || given === null || Array.isArray(given) || given instanceof RawNumber) {
      return fail(
        invalidJson("Invalid 'params' in JSON request; expected an object."),
        url.returnRateLimits,
        1,
      );
    }
    if (logon !== null && host.keyring.find(logon.apiKey) === null) {
      // The exchange answers a dead session's request without its id.
      logon = null;
      return host.call(
        { endpoint: null, weight: 1, accountId: 0, act: () => refuse(keyRejected()) },
        (answer) => respond('null', answer, false, 0, null),
      );
    }
    const raw = new Map(Object.entries(given).map(([name, value]) => [name, parameterText(value)]));
    const params = createParams(raw);
    let showLimits = url.returnRateLimits;
    let call: ApiCall;
    const name = method.replace(/^v\d+\//, '');
    try {
      showLimits = params.boolean('returnRateLimits') ?? showLimits;
      call = prepare(name, params, raw);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      return fail(error.error, showLimits, weightOf(host.endpoint(name), params));
    }
    return host.call(call, (answer) => respond(id, answer, showLimits, call.accountId, call.endpoint));
  }

  function respond(
    id: string,
    answer: ApiAnswer,
    showLimits: boolean,
    accountId: number,
    endpoint: Endpoint | null,
  ): void {
    let text = `{"id":${id},"status":${answer.status}`;
    if (answer.error === null) text += `,"result":${JSON.stringify(answer.result)}`;
    else text += `,"error":${JSON.stringify(errorBody(answer.error))}`;
    if (showLimits) {
      const counts = [...(endpoint?.trading === true ? host.orders(accountId) : []), host.weight()];
      text += `,"rateLimits":${JSON.stringify(counts)}`;
    }
    connection.send(`${text}}`);
  }

  function errorBody(error: ApiError): unknown {
    const data =
      error.retryAt === undefined
        ? error.data
        : {
            ...(error.data as object | undefined),
            serverTime: host.now() * unit,
            retryAfter: error.retryAt * unit,
          };
    return { code: error.code, msg: error.message, ...(data === undefined ? {} : { data }) };
  }

  return {
    receive(text) {
      if (!connection.countFrame()) return;
      const parsed = parseJson(text);
      const message =
        parsed.ok && typeof parsed.value === 'object' && parsed.value !== null && !Array.isArray(parsed.value)
          ? parsed.value
          : null;
      if (message === null || message instanceof RawNumber) {
        host.call({ endpoint: null, weight: 1, accountId: 0, act: () => refuse(invalidJson()) }, (answer) =>
          respond('null', answer, false, 0, null),
        );
        return;
      }
      request(message as Record<string, unknown>);
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
      connection.send(`{"event":{"e":"serverShutdown","E":${now * unit}}}`);
    },
    revoked(apiKey) {
      for (const each of subscriptions.values()) if (each.apiKey === apiKey) terminate(each);
    },
    release() {
      for (const subscription of subscriptions.values()) host.users.remove(listener, subscription);
      subscriptions.clear();
      invariant(!connection.open, 'a released session has no line');
    },
  };
}

function weightOf(endpoint: Endpoint | null, params: Params): number {
  if (endpoint === null) return SESSION_WEIGHT;
  return typeof endpoint.weight === 'number' ? endpoint.weight : endpoint.weight(params);
}

/** `name=value` sorted by name, without the signature itself, raw. */
export function signedText(raw: ReadonlyMap<string, string>): string {
  return [...raw]
    .filter(([name]) => name !== 'signature')
    .sort(([one], [other]) => (one < other ? -1 : 1))
    .map(([name, value]) => `${name}=${value}`)
    .join('&');
}
