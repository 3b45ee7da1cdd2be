/**
 * REST: from raw bytes to an answer. Order of judgement: ban and weight, path, key, spelling of the
 * parameters, unread ones, timing, signature, then the request itself; each refusal is charged.
 */
import type { Keyring } from './api-keys.ts';
import type { ApiAnswer } from './api-session.ts';
import { checkSignature, checkTiming, readSignature, readTiming, requireKey } from './authenticate.ts';
import type { Endpoint, Method } from './endpoint.ts';
import { type ApiError, invalidTimeUnit, Refusal, refuse } from './errors.ts';
import type { Fate, Faults } from './faults.ts';
import { createParams, type Params, parseRaw } from './params.ts';
import type { RateLimits } from './rate-limits.ts';
import type { TimeUnit } from './render.ts';

export type HttpQuestion = {
  readonly method: string;
  readonly path: string;
  /** Raw, without the question mark. */
  readonly query: string;
  /** Names in lower case. */
  readonly headers: Readonly<Record<string, string | undefined>>;
  readonly body: string;
  readonly remote: string;
};
export type HttpAnswer = {
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
};

const JSON_HEADERS = { 'content-type': 'application/json;charset=UTF-8' };
const HTML_HEADERS = { 'content-type': 'text/html' };
/** timestamp, recvWindow, signature. */
const SIGNED_PARAMETERS = 3;

export function errorReply(error: ApiError, now: number): HttpAnswer {
  const headers =
    error.retryAt === undefined
      ? JSON_HEADERS
      : { ...JSON_HEADERS, 'retry-after': String(Math.max(1, Math.ceil((error.retryAt - now) / 1_000))) };
  const data = error.data === undefined ? {} : { data: error.data };
  return {
    status: error.status,
    headers,
    body: JSON.stringify({ code: error.code, msg: error.message, ...data }),
  };
}

function page(status: number, title: string): HttpAnswer {
  return {
    status,
    headers: HTML_HEADERS,
    body: `<html>\r\n<head><title>${status} ${title}</title></head>\r\n<body>\r\n<center><h1>${status} ${title}</h1></center>\r\n</body>\r\n</html>\r\n`,
  };
}

export function createRestHandler(given: {
  readonly endpoints: readonly Endpoint[];
  readonly keyring: Keyring;
  readonly limits: RateLimits;
  readonly faults: Faults;
  now(): number;
  shownNow(): number;
  act(run: () => unknown): ApiAnswer;
}): (question: HttpQuestion) => HttpAnswer | null {
  const { keyring, limits, faults } = given;
  const routes = new Map<string, Map<Method, Endpoint>>();
  for (const endpoint of given.endpoints) {
    const methods = routes.get(endpoint.path) ?? new Map<Method, Endpoint>();
    methods.set(endpoint.method, endpoint);
    routes.set(endpoint.path, methods);
  }

  function answer(question: HttpQuestion, endpoint: Endpoint): HttpAnswer | null {
    const { remote } = question;
    let params: Params | null = null;
    let payload = '';
    let early: ApiError | null = null;
    try {
      const raw = parseRaw(question.query, endpoint.method === 'GET' ? '' : question.body);
      payload = raw.payload;
      params = createParams(raw.values);
    } catch (error) {
      if (!(error instanceof Refusal)) throw error;
      early = error.error;
    }
    const weight =
      typeof endpoint.weight === 'number' ? endpoint.weight : params === null ? 1 : endpoint.weight(params);
    const refusal = limits.admit(given.now(), remote, weight, endpoint.freeOnSuccess);
    if (refusal !== null) return withLimits(errorReply(refusal, given.now()), remote, null);
    const fate = faults.request(given.now(), `${endpoint.method} ${endpoint.path}`);
    if (fate !== null && !fate.executed) return misfortune(fate, null);

    let accountId: number | null = null;
    const result = given.act(() => {
      if (early !== null || params === null)
        return refuse(
          early ?? { status: 400, code: -1100, message: 'Illegal characters found in a parameter.' },
        );
      const unit = readUnit(question);
      const prepared = prepare(question, endpoint, params, payload);
      accountId = prepared.accountId;
      return prepared.run({ now: given.shownNow(), unit, accountId: prepared.accountId });
    });
    if (!(endpoint.freeOnSuccess && result.error === null)) limits.charge(given.now(), remote, weight);
    const reply =
      result.error === null
        ? { status: 200, headers: JSON_HEADERS, body: JSON.stringify(result.result) }
        : errorReply(result.error, given.now());
    const complete = withLimits(reply, remote, endpoint.trading && result.error === null ? accountId : null);
    return fate === null ? complete : misfortune(fate, complete);
  }

  type Prepared = { readonly accountId: number; readonly run: ReturnType<Endpoint['prepare']> };

  function prepare(question: HttpQuestion, endpoint: Endpoint, params: Params, payload: string): Prepared {
    if (endpoint.security === 'NONE') {
      const run = endpoint.prepare(params);
      params.finish(endpoint.parameters);
      return { accountId: 0, run };
    }
    const key = requireKey(keyring, question.headers['x-mbx-apikey'] ?? null, endpoint.security);
    const timing = readTiming(params);
    const signature = readSignature(params);
    const run = endpoint.prepare(params);
    params.finish(endpoint.parameters + SIGNED_PARAMETERS);
    checkTiming(timing, given.shownNow());
    checkSignature(key, payload, signature);
    return { accountId: key.accountId, run };
  }

  function withLimits(reply: HttpAnswer, remote: string, accountId: number | null): HttpAnswer {
    const used = String(limits.weight(given.now(), remote).count);
    const headers: Record<string, string> = {
      ...reply.headers,
      'x-mbx-used-weight': used,
      'x-mbx-used-weight-1m': used,
    };
    if (accountId !== null) {
      const [short, day] = limits.orders(given.now(), accountId);
      headers['x-mbx-order-count-10s'] = String(short.count);
      headers['x-mbx-order-count-1d'] = String(day.count);
    }
    return { ...reply, headers };
  }

  function misfortune(fate: Fate, complete: HttpAnswer | null): HttpAnswer | null {
    if (fate.kind === 'reply.truncated' && complete !== null) {
      return { ...complete, body: complete.body.slice(0, Math.floor(complete.body.length / 2)) };
    }
    if (fate.error === null) return null;
    if (fate.html)
      return page(
        fate.error.status,
        fate.error.status === 502 ? 'Bad Gateway' : 'Service Temporarily Unavailable',
      );
    return errorReply(fate.error, given.now());
  }

  return (question) => {
    if (question.path === '/sapi/v1/system/status' && question.method === 'GET') {
      return { status: 200, headers: JSON_HEADERS, body: '{"status":0,"msg":"normal"}' };
    }
    // Listen keys are gone since 2026-02-20; the real one answers with a page too.
    if (question.path === '/api/v3/userDataStream') return page(410, 'Gone');
    const methods = routes.get(question.path);
    if (methods === undefined) return page(404, 'Not Found');
    const endpoint = methods.get(question.method as Method);
    return endpoint === undefined ? page(405, 'Not Allowed') : answer(question, endpoint);
  };
}

function readUnit(question: HttpQuestion): TimeUnit {
  const text = question.headers['x-mbx-time-unit'];
  if (text === undefined || /^millisecond$/i.test(text)) return 1;
  return /^microsecond$/i.test(text) ? 1_000 : refuse(invalidTimeUnit());
}
