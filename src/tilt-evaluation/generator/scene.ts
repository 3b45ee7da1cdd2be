/**
 * What the parts of a generated session share: the trader and their day, the market now, the queue of what
 * comes, the counters, and the one way a fact is written down.
 */
import type { BehaviourEvent, BehaviourFact } from '../../core/behaviour.ts';
import type { ArchetypeName } from './archetypes.ts';
import { concealed, type Concealment } from './concealment.ts';
import type { DriftTracker } from './drift-tracker.ts';
import type { Draws } from './draws.ts';
import type { FactsQueue } from './facts-queue.ts';
import type { MarketKind } from './market-path.ts';
import type { Mood } from './mood.ts';
import type { Trader } from './trader.ts';

export type SessionPlan = {
  readonly session: string;
  /** Place in the trader's history, from 0. */
  readonly index: number;
  readonly startMs: number;
  readonly archetype: ArchetypeName;
  readonly market: MarketKind;
};

/** How today differs from this trader's other days, as factors. */
export type Day = { readonly pace: number; readonly hands: number; readonly stake: number };

/** What is about to be bought. */
export type Wish = { readonly symbol: string; readonly stake: number; readonly mood: Mood };

export type Scene = {
  readonly trader: Trader;
  readonly plan: SessionPlan;
  readonly draws: Draws;
  readonly day: Day;
  readonly drift: DriftTracker;
  readonly concealment: Concealment | null;
  readonly queue: FactsQueue;
  readonly events: BehaviourEvent[];
  readonly state: SceneState;
  /** How a position hands over: to the next wish, or to buying more of the same at once. */
  readonly plans: { next(t: number): void; again(t: number, wish: Wish): void };
};

export type SceneState = {
  volatility: number;
  lastLossMs: number | null;
  lastSymbol: string | null;
  lastResult: number;
  trades: number;
  decisions: number;
  orders: number;
  open: number;
  /** An entry is being considered, typed or rests unfilled. */
  busy: boolean;
  ended: boolean;
  readonly prices: Map<string, number>;
};

/** Writes a fact down; times are whole and never step back, because the queue runs in order. */
export function tell(scene: Scene, t: number, fact: BehaviourFact): void {
  if (scene.state.ended) return;
  const { events, plan } = scene;
  events.push({ t: Math.round(t), id: `${plan.session}:${events.length + 1}`, fact });
}

/** The mood as it shows: a gamer hides part of it. */
export function moodAt(scene: Scene, t: number): Mood {
  const mood = scene.drift.mood(t);
  return scene.concealment === null ? mood : concealed(mood, scene.concealment);
}

/** The stake of today before mood and chance: growth and deposits included. */
export function usualStake({ trader, plan, day }: Scene): number {
  const stepped = trader.stepAt !== null && plan.index >= trader.stepAt ? trader.stepFactor : 1;
  return trader.stakeMedian * day.stake * stepped * Math.exp(trader.growthPerSession * plan.index);
}

/** A price that moves a little between two looks; where it moves is decided by the trade's own outcome. */
export function priceOf(scene: Scene, symbol: string): number {
  const { prices, volatility } = scene.state;
  const before = prices.get(symbol) ?? scene.draws.lognormal(100, 2);
  const now = before * Math.exp(0.0005 * volatility * scene.draws.normal());
  prices.set(symbol, now);
  return now;
}
