/** The mirror as the dashboard shows it: what the detector saw, what it cost, what helped, and the way back. */
import type { TiltMirrorPanel } from '../core/dashboard.ts';
import { lifeEventWords } from '../core/life-event-words.ts';
import { formatFixed, subtract, ZERO_NOTIONAL } from '../core/money.ts';
import { STRESSED_FROM, TIRED_AFTER_MS } from '../tilt/detector/recorder.ts';
import { dangerousHours } from '../tilt/dangerous-hours.ts';
import { isRelearning } from '../tilt/declared.ts';
import type { Scored } from '../tilt/interventions.ts';
import { isLearning } from '../tilt/interventions-state.ts';
import { promptFor, suggestionFor } from '../tilt/messages.ts';
import type { MirrorState } from '../tilt/mirror-state.ts';
import { manualNotBefore, overridesUsed, rationOf } from '../tilt/override.ts';
import { recoveryChecklist } from '../tilt/recovery.ts';
import { calmTradesNeeded, sizeMultiplierBps, tiltSizeFactors } from '../tilt/return-size.ts';
import type { Kernel } from './kernel.ts';

const HOURS_SHOWN = 3;

export function tiltMirrorPanel(kernel: Kernel, scored: Scored): TiltMirrorPanel {
  const { tilt } = kernel.state();
  const { interventions, mirror } = tilt;
  const now = kernel.timers.now();
  const rules = kernel.rules.trading.interventions;
  const ration = rationOf(interventions, now, rules);
  const calm = scored.level === 'NORMAL';
  return {
    sessionsLearned: tilt.detector.detection.baseline.sessions,
    lifeEvents: tilt.declared.life.map(({ event, untilMs }) => ({
      event,
      words: lifeEventWords[event],
      untilMs,
    })),
    relearning: isRelearning(tilt.declared, tilt.detector.detection.baseline, rules),
    relearnAt: tilt.declared.relearn?.maturesAt ?? null,
    learning: isLearning(interventions, now, rules.learningMs),
    profile: profileOf(tilt.detector.detection.session, now),
    history: mirror.history,
    suggestion: calm ? '' : suggestionFor(scored.contributions[0]),
    debt: interventions.debt,
    sizeBps: sizeMultiplierBps(interventions, now, rules),
    sizeReasons: tiltSizeFactors(interventions, now, rules).map(({ words, bps }) => ({ words, bps })),
    calmTrades: interventions.calmTrades,
    calmTradesNeeded: calmTradesNeeded(interventions, rules),
    prompt: interventions.paused || interventions.lock !== null ? promptFor(interventions.indicators) : null,
    checklist: recoveryChecklist(interventions, now).map(({ item, words, done }) => ({ item, words, done })),
    overrides: {
      used: overridesUsed(interventions, now, rules),
      max: rules.overridesMax,
      notBefore: ration?.notBefore ?? null,
      effectiveAt: interventions.override?.effectiveAtMs ?? null,
    },
    interventionNotBefore: manualNotBefore(interventions, now, rules),
    costAbove: costAbove(mirror),
    falseAlarms: { interventions: mirror.interventions, fine: mirror.fine },
    waysBack: mirror.waysBack,
    dangerousHours: dangerousHours(mirror.hours).slice(0, HOURS_SHOWN),
  };
}

/** The same lines between profiles as the detector draws. */
function profileOf(
  session: { readonly volatility: number; readonly startedAt: number | null },
  now: number,
): string {
  if (session.volatility >= STRESSED_FROM) return 'stressed';
  return session.startedAt !== null && now - session.startedAt >= TIRED_AFTER_MS ? 'tired' : 'alert';
}

/** From every tenth of the score upward: trades entered there or above, and what they brought. */
function costAbove({ steps }: MirrorState): TiltMirrorPanel['costAbove'] {
  const rows: TiltMirrorPanel['costAbove'][number][] = [];
  let trades = 0;
  let pnl = ZERO_NOTIONAL;
  for (let index = steps.length - 1; index >= 0; index -= 1) {
    const step = steps[index];
    if (step === undefined) continue;
    trades += step.trades;
    pnl = subtract(pnl, subtract(ZERO_NOTIONAL, step.pnl));
    if (step.trades > 0 || (index === 0 && trades > 0))
      rows.unshift({ score: index * 10, trades, pnl: formatFixed(pnl) });
  }
  return rows;
}
