/**
 * `tilt_profiles` and `tilt_events`: the trader's level now, and each intervention with the score
 * before and after it. The profile shares the id of its account: there is one per account.
 */
import type { EventRecord } from '../../../core/events.ts';
import { tiltLevels, type TiltLevel } from '../../../core/vocabulary.ts';
import type { Row } from '../tables.ts';
import { insert, patch, type Change, type Projection, type Rows } from './projection.ts';

export const tiltProjection: Projection = {
  name: 'tilt',
  version: 1,
  tables: ['tilt_profiles', 'tilt_events'],
  kinds: [
    'account.opened',
    'tilt.scored',
    'tilt.levelChanged',
    'tilt.locked',
    'tilt.lockEnded',
    'journal.accepted',
    'position.closed',
  ],
  project,
};

function project(record: EventRecord, rows: Rows): readonly Change[] {
  const { event, at } = record;
  if (event.kind === 'account.opened') {
    return rows.get('tilt_profiles', event.accountId) === null
      ? [insert('tilt_profiles', emptyProfile(event.accountId, at))]
      : [];
  }
  const account = rows.latest('accounts');
  const profile = account === null ? null : rows.get('tilt_profiles', account.account_id);
  if (profile === null) return [];
  const change = (values: Partial<Row<'tilt_profiles'>>): Change =>
    patch('tilt_profiles', profile.profile_id, { ...values, updated_at: at });
  switch (event.kind) {
    case 'tilt.scored':
      return [
        change({
          current_tilt_score: withinScore(event.score),
          previous_tilt_score: profile.current_tilt_score,
          tilt_level: event.level,
          indicators: JSON.stringify(event.indicators),
        }),
      ];
    case 'tilt.levelChanged': {
      const rises = rank(event.to) > rank(event.from);
      const journals =
        rises && rank(event.to) >= rank('WARNING')
          ? Math.max(1, profile.journal_entries_required)
          : profile.journal_entries_required;
      return [
        change({
          tilt_level: event.to,
          current_tilt_score: withinScore(event.score),
          journal_entries_required: journals,
          ...(rises ? { last_intervention_at: at } : {}),
        }),
        intervention(record, profile, event.score, event.message, null),
      ];
    }
    case 'tilt.locked':
      return [
        change({
          locked_until: event.untilMs,
          recovery_required: 1,
          journal_entries_required: Math.max(1, profile.journal_entries_required),
          last_intervention_at: at,
        }),
        intervention(record, profile, profile.current_tilt_score, event.reason, null),
      ];
    case 'tilt.lockEnded':
      return [
        change({ locked_until: null, recovery_required: 0 }),
        intervention(record, profile, profile.current_tilt_score, event.reason, null),
      ];
    case 'journal.accepted':
      return [
        change({ journal_entries_required: Math.max(0, profile.journal_entries_required - 1) }),
        intervention(
          record,
          profile,
          profile.current_tilt_score,
          event.reason,
          `${event.words} words, ${event.textHash}`,
        ),
      ];
    case 'position.closed':
      return [change({ consecutive_losses: event.realisedPnl < 0n ? profile.consecutive_losses + 1 : 0 })];
    default:
      return [];
  }
}

function intervention(
  record: EventRecord,
  profile: Row<'tilt_profiles'>,
  score: number,
  message: string,
  response: string | null,
): Change {
  return insert('tilt_events', {
    event_id: record.eventId,
    profile_id: profile.profile_id,
    position_id: null,
    event_type: record.event.kind,
    tilt_indicators: profile.indicators,
    // The score that moved the level was recorded just before it: the one before that is "before".
    tilt_score_before:
      record.event.kind === 'tilt.levelChanged' ? profile.previous_tilt_score : profile.current_tilt_score,
    tilt_score_after: withinScore(score),
    intervention_message: message,
    trader_response: response,
    created_at: record.at,
  });
}

function rank(level: TiltLevel): number {
  return tiltLevels.indexOf(level);
}

function withinScore(score: number): number {
  return Math.min(100, Math.max(0, score));
}

function emptyProfile(accountId: string, at: number): Row<'tilt_profiles'> {
  return {
    profile_id: accountId,
    account_id: accountId,
    baseline_trades_per_hour: null,
    baseline_click_latency_ms: null,
    baseline_cancel_rate: null,
    current_tilt_score: 0,
    previous_tilt_score: 0,
    indicators: '[]',
    tilt_level: 'NORMAL',
    consecutive_losses: 0,
    last_intervention_at: null,
    locked_until: null,
    recovery_required: 0,
    journal_entries_required: 0,
    created_at: at,
    updated_at: at,
  };
}
