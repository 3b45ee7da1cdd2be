/**
 * Recorded fills as behaviour facts: orders and fills only, for nothing else was recorded. Rows of one order
 * become one order and one fill; two hours without a fill end a session. Whether a close was typed or a stop is
 * not known, so every close counts as typed; decision times are not known either.
 */
import type { BehaviourFact } from '../../core/behaviour.ts';
import type { LogLine } from '../log/parse-line.ts';
import type { FillRow } from './read-fills.ts';

export interface FillsToFacts {
  take(row: FillRow): void;
  /** Hands over what is still gathered. */
  end(): void;
}

const SESSION_IDLE_MS = 2 * 3_600_000;

type Account = {
  sessions: number;
  facts: number;
  lastMs: number;
  lastLossMs: number | null;
  gathered: FillRow | null;
};

export function createFillsToFacts(tell: (line: LogLine) => void): FillsToFacts {
  const accounts = new Map<string, Account>();

  function say(name: string, account: Account, t: number, fact: BehaviourFact): void {
    account.facts += 1;
    const id = `${name}:${account.facts}`;
    const line = { t, id, fact, trader: name, session: String(account.sessions), label: null };
    tell({ line, onsetMs: null });
  }

  function flush(name: string, account: Account): void {
    const row = account.gathered;
    if (row === null) return;
    account.gathered = null;
    if (row.t - account.lastMs > SESSION_IDLE_MS) {
      if (account.sessions > 0) say(name, account, account.lastMs, { type: 'session.end' });
      account.sessions += 1;
      account.lastLossMs = null;
      say(name, account, row.t, { type: 'session.start' });
    }
    account.lastMs = row.t;
    const { symbol, side, price, quantity, notional, realizedPnl, opens, t } = row;
    const id = `${name}-${account.facts}`;
    const afterLossMs = account.lastLossMs === null ? null : Math.max(0, t - account.lastLossMs);
    const order = {
      id,
      symbol,
      side,
      notional,
      kind: 'UNKNOWN',
      decisionMs: null,
      afterLossMs,
      reduces: !opens,
    };
    say(name, account, t, { type: 'order', ...order });
    const closedBy = opens ? null : 'manual';
    say(name, account, t, { type: 'fill', id, symbol, side, price, quantity, opens, closedBy, realizedPnl });
    if (realizedPnl < 0) account.lastLossMs = t;
  }

  return {
    take(row): void {
      const account = accounts.get(row.account) ?? {
        sessions: 0,
        facts: 0,
        lastMs: -Infinity,
        lastLossMs: null,
        gathered: null,
      };
      accounts.set(row.account, account);
      const before = account.gathered;
      if (before !== null && before.order === row.order && before.opens === row.opens) {
        const quantity = before.quantity + row.quantity;
        account.gathered = {
          ...row,
          t: before.t,
          quantity,
          price: (before.price * before.quantity + row.price * row.quantity) / quantity,
          notional: before.notional + row.notional,
          realizedPnl: before.realizedPnl + row.realizedPnl,
        };
        return;
      }
      flush(row.account, account);
      account.gathered = row;
    },
    end(): void {
      for (const [name, account] of accounts) {
        flush(name, account);
        if (account.sessions > 0) say(name, account, account.lastMs, { type: 'session.end' });
      }
    },
  };
}
