/**
 * One line of the behaviour log. Lenient where leaving out costs nothing, strict where guessing would
 * invent evidence: unknown fields are ignored, missing figures become "not known", unknown types are passed over,
 * and a line that is no fact at all is a refusal with its reason, never an exception.
 */
import type { BehaviourFact, BehaviourLine, ClosedBy } from '../../core/behaviour.ts';
import type { Side } from '../../core/ports/gateway.ts';
import { err, ok, type Result } from '../../core/result.ts';

export type LogLine = {
  readonly line: BehaviourLine;
  /** When the drift began, as our own generator notes beside the label; the judge never sees it. */
  readonly onsetMs: number | null;
};

export type LineProblem = 'notJson' | 'notAnObject' | 'noTime' | 'noType' | 'unknownType' | 'tooLong';

/** A type this version does not know is passed over; the others are faults of the file. */
export const isFault = (problem: LineProblem): boolean => problem !== 'unknownType';

export const lineProblemWords: Readonly<Record<LineProblem, string>> = {
  notJson: 'not valid JSON',
  notAnObject: 'not a JSON object',
  noTime: '"t" is not a time in milliseconds',
  noType: '"type" is missing',
  unknownType: 'a type this version does not know',
  tooLong: 'longer than a line may be',
};

type Fields = Readonly<Record<string, unknown>>;

/** Later than this a double no longer holds whole milliseconds apart. */
const TIME_MAX = 8.64e15;

export function parseLogLine(text: string, number: number): Result<LogLine, LineProblem> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch {
    return err('notJson');
  }
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return err('notAnObject');
  const fields = value as Fields;
  const t = fields['t'];
  if (typeof t !== 'number' || !Number.isFinite(t) || Math.abs(t) > TIME_MAX) return err('noTime');
  if (typeof fields['type'] !== 'string') return err('noType');
  const fact = factOf(fields['type'], fields);
  if (fact === null) return err('unknownType');
  return ok({
    line: {
      t,
      id: `line ${number}`,
      fact,
      trader: nameOf(fields['trader']),
      session: nameOf(fields['session']),
      label: fact.type === 'session.start' ? textOrNull(fields['label']) : null,
    },
    onsetMs: fact.type === 'session.start' ? numberOrNull(fields['onset']) : null,
  });
}

function factOf(type: string, fields: Fields): BehaviourFact | null {
  switch (type) {
    case 'session.start':
    case 'session.end':
    case 'abandon':
    case 'disconnect':
    case 'connect':
      return { type };
    case 'keys':
      return {
        type,
        count: atLeastZero(fields['count']),
        errors: atLeastZero(fields['errors']),
        pastes: atLeastZero(fields['pastes']),
        durationMs: atLeastZero(fields['durationMs']),
      };
    case 'view':
      return { type, name: textOf(fields['name']) };
    case 'preview': {
      const notional = atLeastZero(fields['notional']);
      return { type, symbol: textOf(fields['symbol']), side: sideOf(fields['side']), notional };
    }
    case 'order':
      return {
        type,
        id: nameOf(fields['id']),
        symbol: textOf(fields['symbol']),
        side: sideOf(fields['side']),
        notional: atLeastZero(fields['notional']),
        kind: textOf(fields['kind']),
        decisionMs: durationOrNull(fields['decisionMs']),
        afterLossMs: durationOrNull(fields['afterLossMs']),
        reduces: fields['reduces'] === true,
      };
    case 'amend':
      return { type, id: nameOf(fields['id']) };
    case 'cancel':
      // A cancellation whose age is not known is not a quick one.
      return {
        type,
        id: nameOf(fields['id']),
        ageMs: durationOrNull(fields['ageMs']) ?? Number.MAX_SAFE_INTEGER,
      };
    case 'fill':
      return fillOf(fields);
    case 'lossNotice': {
      const realizedPnl = numberOrNull(fields['realizedPnl']) ?? 0;
      return { type, symbol: textOf(fields['symbol']), realizedPnl };
    }
    case 'settings': {
      const direction = fields['direction'];
      if (direction !== 'loosen' && direction !== 'tighten') return null;
      return { type, key: textOf(fields['key']), direction };
    }
    case 'market': {
      const volatility = numberOrNull(fields['volatility']);
      return { type, volatility: volatility === null || volatility <= 0 ? 1 : volatility };
    }
    default:
      return null;
  }
}

function fillOf(fields: Fields): BehaviourFact {
  const closedBy = closedByOf(fields['closedBy']);
  const opens = fields['opens'];
  return {
    type: 'fill',
    id: nameOf(fields['id']),
    symbol: textOf(fields['symbol']),
    side: sideOf(fields['side']),
    price: atLeastZero(fields['price']),
    quantity: atLeastZero(fields['quantity']),
    // Unsaid: whatever ended a position did not open one.
    opens: typeof opens === 'boolean' ? opens : closedBy === null,
    closedBy,
    realizedPnl: numberOrNull(fields['realizedPnl']) ?? 0,
  };
}

function numberOrNull(value: unknown): number | null {
  return typeof value === 'number' && Number.isFinite(value) ? value : null;
}

function durationOrNull(value: unknown): number | null {
  const number = numberOrNull(value);
  return number === null || number < 0 ? null : number;
}

const atLeastZero = (value: unknown): number => Math.max(0, numberOrNull(value) ?? 0);

function textOrNull(value: unknown): string | null {
  return typeof value === 'string' ? value : null;
}

const textOf = (value: unknown): string => textOrNull(value) ?? '';

/** Names may be numbers in somebody's log. */
function nameOf(value: unknown): string {
  return typeof value === 'number' && Number.isFinite(value) ? String(value) : textOf(value);
}

function sideOf(value: unknown): Side {
  return typeof value === 'string' && value.toUpperCase() === 'SELL' ? 'SELL' : 'BUY';
}

function closedByOf(value: unknown): ClosedBy {
  return value === 'stop' || value === 'target' || value === 'manual' ? value : null;
}
