/**
 * `accounts`: capital, tier and drawdown as the events say. `balance` is equity: the last mark, moved
 * by external flows in between.
 */
import type { EventRecord } from '../../../core/events.ts';
import { fixed, formatFixed, type Notional } from '../../../core/money.ts';
import { tierRank } from '../../../core/vocabulary.ts';
import { insert, patch, type Change, type Projection, type Rows } from './projection.ts';

export const accountsProjection: Projection = {
  name: 'accounts',
  version: 1,
  tables: ['accounts'],
  kinds: ['account.opened', 'balance.adopted', 'equity.marked', 'tier.changed'],
  project,
};

function project({ event, at }: EventRecord, rows: Rows): readonly Change[] {
  if (event.kind === 'account.opened') {
    if (rows.get('accounts', event.accountId) !== null) return [];
    return [
      insert('accounts', {
        account_id: event.accountId,
        mode: event.mode,
        quote_asset: event.quoteAsset,
        balance: '0',
        peak_balance: '0',
        drawdown_bps: 0,
        day_pnl: '0',
        tier: event.tier,
        tier_started_at: at,
        gates_passed: '[]',
        locked_features: '[]',
        created_at: at,
        updated_at: at,
      }),
    ];
  }
  const account = rows.latest('accounts');
  if (account === null) return [];
  switch (event.kind) {
    case 'balance.adopted': {
      if (event.asset !== account.quote_asset) return [];
      const moved = fixed<Notional>(account.balance) + event.delta;
      // A mark may be older than a withdrawal of everything; capital is never below nothing.
      return [
        patch('accounts', account.account_id, {
          balance: formatFixed(moved < 0n ? 0n : moved),
          updated_at: at,
        }),
      ];
    }
    case 'equity.marked':
      return [
        patch('accounts', account.account_id, {
          balance: formatFixed(event.equity < 0n ? 0n : event.equity),
          peak_balance: formatFixed(event.peak),
          drawdown_bps: event.drawdownBps,
          day_pnl: formatFixed(event.dayPnl),
          updated_at: at,
        }),
      ];
    case 'tier.changed':
      return [
        patch('accounts', account.account_id, {
          tier: event.to,
          tier_started_at: at,
          // A tier that was lost has to be earned again: its gates are open once more.
          gates_passed: tierRank(event.to) > tierRank(event.from) ? JSON.stringify(event.evidence) : '[]',
          updated_at: at,
        }),
      ];
    default:
      return [];
  }
}
