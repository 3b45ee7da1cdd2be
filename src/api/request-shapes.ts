/**
 * The bodies and queries the API accepts, read strictly: a field too many or of another type refuses
 * the request and names the field. Hand-written because there are six of them and start-up time is
 * counted in milliseconds (docs/decisions).
 */
import type { Behaviour, KillLevel } from '../core/commands.ts';
import type { ActionReport } from '../core/ports/engine-control.ts';
import { err, ok, type Result } from '../core/result.ts';
import { HOUR_MS } from '../core/time.ts';
import { performancePeriods, type PerformancePeriod } from './performance-desk.ts';

/** The error is the field it is about. */
type Read<T> = Result<T, string>;
type Fields = Readonly<Record<string, unknown>>;

const COUNT_MAX = 1_000_000;

function fieldsOf(body: unknown, allowed: readonly string[]): Read<Fields> {
  if (typeof body !== 'object' || body === null || Array.isArray(body)) return err('body');
  const unknown = Object.keys(body).find((name) => !allowed.includes(name));
  return unknown === undefined ? ok(body as Fields) : err(unknown.slice(0, 40));
}

function isCount(value: unknown, max = COUNT_MAX): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 && value <= max;
}

function readBehaviour(value: unknown): Read<Behaviour | null> {
  if (value === undefined || value === null) return ok(null);
  const fields = fieldsOf(value, ['decisionMs', 'keys', 'corrections', 'pasted', 'afterLossMs']);
  if (!fields.ok) return err(`behaviour.${fields.error}`);
  const { decisionMs = null, keys = 0, corrections = 0, pasted = false, afterLossMs = null } = fields.value;
  if (decisionMs !== null && !isCount(decisionMs, 24 * HOUR_MS)) return err('behaviour.decisionMs');
  if (!isCount(keys)) return err('behaviour.keys');
  if (!isCount(corrections)) return err('behaviour.corrections');
  if (typeof pasted !== 'boolean') return err('behaviour.pasted');
  const behaviour = { decisionMs, keys, corrections, pasted };
  if (afterLossMs === null) return ok(behaviour);
  if (!isCount(afterLossMs, Number.MAX_SAFE_INTEGER)) return err('behaviour.afterLossMs');
  // A loss seen longer ago than a day is no longer what hurries anyone.
  return ok(afterLossMs > 24 * HOUR_MS ? behaviour : { ...behaviour, afterLossMs });
}

/** `{line, behaviour?}` */
export function readCommandBody(
  body: unknown,
): Read<{ readonly line: string; readonly behaviour: Behaviour | null }> {
  const fields = fieldsOf(body, ['line', 'behaviour']);
  if (!fields.ok) return fields;
  const { line } = fields.value;
  if (typeof line !== 'string') return err('line');
  const behaviour = readBehaviour(fields.value['behaviour']);
  return behaviour.ok ? ok({ line, behaviour: behaviour.value }) : behaviour;
}

/** `{line}` */
export function readPreviewBody(body: unknown): Read<string> {
  const fields = fieldsOf(body, ['line']);
  if (!fields.ok) return fields;
  const { line } = fields.value;
  return typeof line === 'string' ? ok(line) : err('line');
}

const actions: readonly ActionReport['action'][] = [
  'preview',
  'abandon',
  'view',
  'keys',
  'lossSeen',
  'connect',
  'disconnect',
];

/** `{action, symbol?, figures?}`: sixteen small figures at most. */
export function readActionBody(body: unknown): Read<ActionReport> {
  const fields = fieldsOf(body, ['action', 'symbol', 'figures']);
  if (!fields.ok) return fields;
  const { symbol = null, figures = {} } = fields.value;
  const action = actions.find((known) => known === fields.value['action']);
  if (action === undefined) return err('action');
  if (symbol !== null && !(typeof symbol === 'string' && /^[A-Z0-9]{2,20}$/.test(symbol)))
    return err('symbol');
  if (typeof figures !== 'object' || figures === null || Array.isArray(figures)) return err('figures');
  const entries = Object.entries(figures as Fields);
  if (entries.length > 16 || !entries.every(([name, value]) => /^\w{1,40}$/.test(name) && isFigure(value)))
    return err('figures');
  return ok({ action, symbol, figures: Object.fromEntries(entries) as ActionReport['figures'] });
}

function isFigure(value: unknown): boolean {
  if (typeof value === 'string') return value.length <= 64;
  return (
    value === null || typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value))
  );
}

export const HALT_CONFIRMATION: string = 'HALT TRADING NOW';
export const CLOSE_ALL_CONFIRMATION: string = 'CLOSE ALL POSITIONS';
const REASON_LENGTH_MIN = 10;
const REASON_LENGTH_MAX = 400;

/**
 * `{reason, confirmation, level?}`; the error `confirmation` covers a short reason, as in the seed. Without a level
 * it is 2: an emergency takes back what rests.
 */
export function readHaltBody(body: unknown): Read<{ readonly reason: string; readonly level: KillLevel }> {
  const fields = fieldsOf(body, ['reason', 'confirmation', 'level']);
  if (!fields.ok) return fields;
  const { reason, confirmation, level = 2 } = fields.value;
  if (level !== 1 && level !== 2 && level !== 3) return err('level');
  if (confirmation !== HALT_CONFIRMATION) return err('confirmation');
  if (
    typeof reason !== 'string' ||
    reason.trim().length < REASON_LENGTH_MIN ||
    reason.length > REASON_LENGTH_MAX
  )
    return err('reason');
  return ok({ reason: reason.trim(), level });
}

/** `{confirmation, max_slippage_percent?}`; null when the slippage is left to the engine's rule. */
export function readCloseAllBody(body: unknown): Read<number | null> {
  const fields = fieldsOf(body, ['confirmation', 'max_slippage_percent']);
  if (!fields.ok) return fields;
  const { confirmation, max_slippage_percent: slippage = null } = fields.value;
  if (confirmation !== CLOSE_ALL_CONFIRMATION) return err('confirmation');
  if (slippage !== null && !(typeof slippage === 'number' && slippage > 0 && slippage <= 100))
    return err('max_slippage_percent');
  return ok(slippage);
}

/** Room for an entry of a few thousand words. */
const ENTRY_LENGTH_MAX = 20_000;

function isEntry(value: unknown): value is string {
  return typeof value === 'string' && value.length <= ENTRY_LENGTH_MAX;
}

/** `{journal_entry, confirmation}`: what they say is weighed by the engine, which records the attempt. */
export function readOverrideBody(
  body: unknown,
): Read<{ readonly journal: string; readonly confirmation: string }> {
  const fields = fieldsOf(body, ['journal_entry', 'confirmation']);
  if (!fields.ok) return fields;
  const { journal_entry: journal, confirmation } = fields.value;
  if (!isEntry(journal)) return err('journal_entry');
  if (typeof confirmation !== 'string' || confirmation.length > 100) return err('confirmation');
  return ok({ journal: journal.trim(), confirmation });
}

/** `{journal_entry}` */
export function readJournalBody(body: unknown): Read<string> {
  const fields = fieldsOf(body, ['journal_entry']);
  if (!fields.ok) return fields;
  const { journal_entry: journal } = fields.value;
  return isEntry(journal) && journal.trim() !== '' ? ok(journal.trim()) : err('journal_entry');
}

export const EVENTS_LIMIT_MAX: number = 1_000;

/** `?limit=100&after=2026-11-23T00:00:00Z` */
export function readEventsQuery(
  query: unknown,
): Read<{ readonly limit: number; readonly afterMs: number | null }> {
  const fields = fieldsOf(query ?? {}, ['limit', 'after']);
  if (!fields.ok) return fields;
  const { limit = '100', after } = fields.value;
  if (
    typeof limit !== 'string' ||
    !/^\d{1,4}$/.test(limit) ||
    Number(limit) < 1 ||
    Number(limit) > EVENTS_LIMIT_MAX
  )
    return err('limit');
  if (after === undefined) return ok({ limit: Number(limit), afterMs: null });
  const afterMs =
    typeof after === 'string' && /^\d{4}-\d\d-\d\dT[\d:.]+(?:Z|[+-]\d\d:\d\d)$/.test(after)
      ? Date.parse(after)
      : Number.NaN;
  return Number.isNaN(afterMs) ? err('after') : ok({ limit: Number(limit), afterMs });
}

/** `?period=day|week|month|all`; a day when none is named. */
export function readPeriodQuery(query: unknown): Read<PerformancePeriod> {
  const fields = fieldsOf(query ?? {}, ['period']);
  if (!fields.ok) return fields;
  const { period = 'day' } = fields.value;
  const known = performancePeriods.find((name) => name === period);
  return known === undefined ? err('period') : ok(known);
}

export type PositionsWanted = 'open' | 'closed' | 'all';

/** `?status=open|closed|all` */
export function readPositionsQuery(query: unknown): Read<PositionsWanted> {
  const fields = fieldsOf(query ?? {}, ['status']);
  if (!fields.ok) return fields;
  const { status = 'open' } = fields.value;
  return status === 'open' || status === 'closed' || status === 'all' ? ok(status) : err('status');
}
