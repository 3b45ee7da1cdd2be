/**
 * What a key may do and how the exchange sees us, asked once and read without belief: for
 * `genesis doctor`. A key that can withdraw is never needed here and is refused by whoever asks
 * (issue "Gateway": doctor). Sends questions only.
 */
import type { HttpClient } from '../core/ports/network.ts';
import type { Timers } from '../core/ports/timers.ts';
import { err, ok, type Result } from '../core/result.ts';
import { classify } from './errors.ts';
import { fieldsOf, isJson, type Json } from './parse/fields.ts';
import { parseExchangeInfo } from './parse/exchange-info.ts';
import { readOutcome } from './order-lookup.ts';
import type { LimitRule } from './rate-limit.ts';
import type { ExchangeCredentials } from './settings.ts';
import { createSigner } from './signer.ts';

export type KeyRights = {
  readonly canTrade: boolean;
  readonly permissions: readonly string[];
  /** Null where the exchange does not say (test networks have no such endpoint). */
  readonly restrictions: {
    readonly canWithdraw: boolean;
    readonly canTransfer: boolean;
    readonly isBoundToAddresses: boolean;
  } | null;
};

export type ExchangeSight = {
  /** Exchange time minus ours, milliseconds, with the answer's round trip halved; or why unknown. */
  readonly clock: Result<{ readonly offsetMs: number; readonly roundTripMs: number }, string>;
  readonly limits: Result<readonly LimitRule[], string>;
  readonly rights: Result<KeyRights, string>;
};

export type ExaminationOptions = {
  readonly http: HttpClient;
  readonly timers: Timers;
  /** Origin of the REST API. */
  readonly restOrigin: string;
  readonly credentials: ExchangeCredentials;
};

const TIMEOUT_MS = 10_000;
const SAMPLES = 5;

/** Asks the exchange for its time, its limits and what this key may do. Never throws. */
export async function examineExchange(options: ExaminationOptions): Promise<ExchangeSight> {
  const { http, timers, restOrigin, credentials } = options;

  async function ask<T>(
    path: string,
    headers: Readonly<Record<string, string>>,
    parse: (body: unknown) => Result<T, string>,
  ): Promise<Result<T, string>> {
    const url = `${restOrigin}${path}`;
    const answer = await http.request({ method: 'GET', url, headers, body: null, timeoutMs: TIMEOUT_MS });
    return readOutcome(classify(answer), parse);
  }

  async function readClock(): Promise<ExchangeSight['clock']> {
    let best: Result<{ readonly offsetMs: number; readonly roundTripMs: number }, string> = err('not asked');
    for (let count = 0; count < SAMPLES; count += 1) {
      const askedAt = timers.monotonic();
      const wall = timers.now();
      const time = await ask('/api/v3/time', {}, (body) => {
        const fields = fieldsOf(isJson(body) ? body : {});
        const serverTime = fields.integer('serverTime');
        const problem = fields.problem();
        return problem === null ? ok(serverTime) : err(problem);
      });
      if (!time.ok) return best.ok ? best : time;
      const roundTripMs = timers.monotonic() - askedAt;
      // The quickest answer tells the time best.
      if (best.ok && best.value.roundTripMs <= roundTripMs) continue;
      best = ok({
        offsetMs: Math.round(time.value - wall - roundTripMs / 2),
        roundTripMs: Math.round(roundTripMs),
      });
    }
    return best;
  }

  const clock = await readClock();
  const offsetMs = clock.ok ? clock.value.offsetMs : 0;
  const signer = createSigner(credentials.secret);

  async function askSigned<T>(
    path: string,
    parse: (body: unknown) => Result<T, string>,
  ): Promise<Result<T, string>> {
    const payload = `recvWindow=5000&timestamp=${timers.now() + offsetMs}`;
    const signature = encodeURIComponent(signer.sign(payload));
    return ask(`${path}?${payload}&signature=${signature}`, { 'x-mbx-apikey': credentials.apiKey }, parse);
  }

  const limits = await ask('/api/v3/exchangeInfo?permissions=SPOT&showPermissionSets=false', {}, (body) => {
    const info = parseExchangeInfo(body);
    return info.ok ? ok(info.value.limits) : info;
  });
  const account = await askSigned('/api/v3/account', parseAccountRights);
  if (!account.ok) return { clock, limits, rights: account };
  const restrictions = await askSigned('/sapi/v1/account/apiRestrictions', parseRestrictions);
  const rights = { ...account.value, restrictions: restrictions.ok ? restrictions.value : null };
  return { clock, limits, rights: ok(rights) };
}

function parseAccountRights(body: unknown): Result<Pick<KeyRights, 'canTrade' | 'permissions'>, string> {
  const json: Json = isJson(body) ? body : {};
  const fields = fieldsOf(json);
  const canTrade = fields.flag('canTrade');
  const problem = fields.problem();
  if (problem !== null) return err(`the account: ${problem}`);
  const listed: readonly unknown[] = Array.isArray(json['permissions']) ? json['permissions'] : [];
  return ok({ canTrade, permissions: listed.filter((each) => typeof each === 'string') });
}

/** A right that is not mentioned counts as given: what cannot be ruled out is not ruled out. */
function parseRestrictions(body: unknown): Result<NonNullable<KeyRights['restrictions']>, string> {
  if (!isJson(body)) return err('the restrictions are not an object');
  const given = (name: string): boolean => body[name] !== false;
  return ok({
    canWithdraw: given('enableWithdrawals'),
    canTransfer: given('permitsUniversalTransfer') || given('enableInternalTransfer'),
    isBoundToAddresses: body['ipRestrict'] === true,
  });
}
