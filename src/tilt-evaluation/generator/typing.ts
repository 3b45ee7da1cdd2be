/**
 * Hands and head: how long a command takes to type, with its errors, and how long its confirmation takes
 * to decide. A script's timing is too regular on purpose.
 */
import { clamp } from './draws.ts';
import type { Mood } from './mood.ts';
import { tell, type Scene } from './scene.ts';

/** Tells of a command typed from `t` on; when it is complete. */
export function typed(scene: Scene, t: number, length: number, mood: Mood): number {
  const { trader, draws, day, queue } = scene;
  const scripted = scene.concealment?.trick === 'scripted' && scene.drift.isDrifting();
  const pasted = draws.chance(trader.pasteShare);
  const count = pasted ? draws.random.between(1, 4) : clamp(Math.round(length + 3 * draws.normal()), 4, 40);
  const errors = scripted
    ? 0
    : Math.min(count, draws.poisson(count * trader.errorShare * Math.exp(mood.errors)));
  const spread = scripted ? 0.01 : trader.keySpread;
  const interval = draws.lognormal(trader.keyIntervalMs * day.hands * Math.exp(mood.keyInterval), spread);
  const durationMs = Math.round((count + 2 * errors) * interval);
  const pastes = pasted ? 1 : 0;
  queue.add(t + durationMs, (at) => tell(scene, at, { type: 'keys', count, errors, pastes, durationMs }));
  return t + durationMs;
}

/** From the last look to the confirmation. */
export function decision(scene: Scene, mood: Mood): number {
  const { trader, draws, day, state } = scene;
  const center = trader.decisionCenterMs;
  if (scene.concealment?.trick === 'scripted' && scene.drift.isDrifting())
    return (center + trader.decisionTailMs) * draws.uniform(0.98, 1.02);
  const busyMarket = Math.exp(-trader.stressDecision * Math.log(state.volatility));
  const factor = Math.sqrt(day.pace) * busyMarket * Math.exp(mood.decision);
  return Math.max(250, draws.exGaussian(center, 0.25 * center, trader.decisionTailMs) * factor);
}
