/**
 * From the wish to trade to the position: keys, previews, the decision, the order, its fill or its
 * cancellation; and the pause before the next wish.
 */
import { clamp } from './draws.ts';
import type { Mood } from './mood.ts';
import { openPosition } from './position-flow.ts';
import { moodAt, priceOf, tell, usualStake, type Scene, type Wish } from './scene.ts';
import { decision, typed } from './typing.ts';

const STAKE_MIN = 10;
const DECISIONS_PER_TRADE_MAX = 3;
const DISTRACTED_SHARE = 0.07;

/** Plans the next wish to trade, unless one is under way, the hands are full or the day is done. */
export function planNextEntry(scene: Scene, t: number): void {
  const { state, trader, queue } = scene;
  if (state.busy || state.open >= trader.openAtOnce || isDone(scene)) return;
  state.busy = true;
  queue.add(t + pauseMs(scene, t), (at) => consider(scene, at, null));
}

export function isDone({ state, drift }: Scene): boolean {
  const wanted = drift.tradesWanted();
  return state.trades >= wanted || state.decisions >= wanted * DECISIONS_PER_TRADE_MAX;
}

function pauseMs(scene: Scene, t: number): number {
  const { trader, draws, day, state, concealment } = scene;
  const usual = trader.gapMedianMs * day.pace;
  if (concealment?.trick === 'scripted' && scene.drift.isDrifting()) return usual * draws.uniform(0.97, 1.03);
  const afterLoss = state.lastResult < 0 ? trader.calmLossGap : 0;
  const busyMarket = Math.exp(-trader.stressGap * Math.log(state.volatility));
  const distracted = draws.chance(DISTRACTED_SHARE) ? draws.lognormal(4, 0.5) : 1;
  const shift = Math.exp(moodAt(scene, t).gap + afterLoss);
  return clamp(
    draws.lognormal(usual * busyMarket * shift * distracted, trader.gapSpread),
    500,
    6 * 3_600_000,
  );
}

/** Types the command and looks at its preview. `again` is the position that is being added to. */
export function consider(scene: Scene, t: number, again: Wish | null): void {
  const { trader, draws, drift, state, queue } = scene;
  state.decisions += 1;
  drift.decided(t);
  const mood = moodAt(scene, t);
  const symbol = again?.symbol ?? chooseSymbol(scene, mood);
  const wish: Wish = { symbol, stake: again?.stake ?? chooseStake(scene, mood), mood };
  const typedAt = typed(scene, t, 14, mood);
  let lookedAt = typedAt;
  const looks = 1 + draws.poisson(trader.previewsExtra * Math.exp(mood.previews));
  for (let look = 0; look < Math.min(looks, 12); look += 1) {
    const at = lookedAt;
    queue.add(at, (now) => tell(scene, now, { type: 'preview', symbol, side: 'BUY', notional: wish.stake }));
    if (look + 1 < looks) lookedAt = at + draws.exGaussian(2_500, 600, 2_000);
  }
  const decisionMs = decision(scene, mood);
  if (draws.chance(clamp(trader.abandonShare + mood.abandonShare, 0, 0.9))) {
    queue.add(lookedAt + decisionMs * draws.uniform(0.5, 2), (at) => {
      tell(scene, at, { type: 'abandon' });
      state.busy = false;
      planNextEntry(scene, at);
    });
    return;
  }
  queue.add(lookedAt + decisionMs, (at) => placeAll(scene, at, wish, decisionMs));
}

/** A split stake leaves as several orders of the usual size, some seconds apart. */
function placeAll(scene: Scene, t: number, wish: Wish, decisionMs: number): void {
  const { concealment, draws, queue } = scene;
  const parts = concealment?.trick === 'split' && scene.drift.isDrifting() ? concealment.parts : 1;
  place(scene, t, { ...wish, stake: parts === 1 ? wish.stake : usualStake(scene) }, decisionMs, parts === 1);
  let at = t;
  for (let part = 2; part <= parts; part += 1) {
    at += draws.lognormal(20_000, 0.5);
    const last = part === parts;
    const stake = usualStake(scene) * draws.lognormal(1, scene.trader.stakeSpread);
    queue.add(at, (now) => place(scene, now, { ...wish, stake }, decision(scene, wish.mood), last));
  }
}

function place(scene: Scene, t: number, wish: Wish, decisionMs: number, last: boolean): void {
  const { trader, draws, state, queue, drift } = scene;
  state.orders += 1;
  state.trades += 1;
  drift.opened(t);
  const id = `${scene.plan.session}-o${state.orders}`;
  const fastCancel = draws.chance(wish.mood.fastCancelShare);
  const kind = fastCancel || draws.chance(trader.limitShare) ? 'LIMIT' : 'MARKET';
  tell(scene, t, {
    type: 'order',
    id,
    symbol: wish.symbol,
    side: 'BUY',
    notional: wish.stake,
    kind,
    decisionMs: Math.round(decisionMs),
    afterLossMs: state.lastLossMs === null ? null : Math.round(t - state.lastLossMs),
    reduces: false,
  });
  const settle = (at: number): void => {
    if (!last) return;
    state.busy = false;
    planNextEntry(scene, at);
  };
  if (fastCancel || (kind === 'LIMIT' && draws.chance(trader.cancelShare))) {
    const quick = fastCancel || draws.chance(trader.fastCancelShare);
    const ageMs = Math.round(quick ? draws.uniform(900, 4_900) : 5_000 + draws.lognormal(40_000, 0.9));
    queue.add(t + ageMs, (at) => {
      tell(scene, at, { type: 'cancel', id, ageMs });
      settle(at);
    });
    return;
  }
  const waitMs = kind === 'LIMIT' ? draws.lognormal(20_000, 1) : draws.uniform(60, 400);
  queue.add(t + waitMs, (at) => {
    const price = priceOf(scene, wish.symbol);
    const quantity = wish.stake / price;
    const fill = { id, symbol: wish.symbol, side: 'BUY', price, quantity } as const;
    tell(scene, at, { type: 'fill', ...fill, opens: true, closedBy: null, realizedPnl: 0 });
    state.lastSymbol = wish.symbol;
    openPosition(scene, at, { id, symbol: wish.symbol, price, quantity, stake: wish.stake });
    settle(at);
  });
}

function chooseSymbol({ trader, draws, state }: Scene, mood: Mood): string {
  const share = clamp(trader.sameSymbolShare + mood.sameSymbolShare, 0, 1);
  if (state.lastSymbol !== null && draws.chance(share)) return state.lastSymbol;
  return draws.pick(trader.symbols);
}

function chooseStake(scene: Scene, mood: Mood): number {
  const { trader, draws, state } = scene;
  const afterLoss = state.lastResult < 0 ? trader.calmLossStake : 0;
  const busyMarket = trader.stressStake * Math.log(state.volatility);
  const shifted = usualStake(scene) * Math.exp(mood.stake + afterLoss + busyMarket);
  const drawn = draws.lognormal(shifted, trader.stakeSpread);
  const rounded = trader.stakeGrid === 0 ? drawn : Math.round(drawn / trader.stakeGrid) * trader.stakeGrid;
  return Math.round(Math.max(STAKE_MIN, rounded) * 100) / 100;
}
