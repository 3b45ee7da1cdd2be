/**
 * From the fill to the close: holding, amending, adding to a loser, and the end by stop, target or hand. Losers
 * are held longer than winners (the disposition effect, a habit of calm traders too).
 */
import { clamp } from './draws.ts';
import { moodAt, tell, type Scene } from './scene.ts';
import { decision, typed } from './typing.ts';

export type OpenPosition = {
  readonly id: string;
  readonly symbol: string;
  readonly price: number;
  readonly quantity: number;
  readonly stake: number;
};

const FEE_SHARE = 0.001;
const HOLD_MAX_MS = 8 * 3_600_000;

export function openPosition(scene: Scene, t: number, position: OpenPosition): void {
  const { trader, draws, state, queue } = scene;
  const mood = moodAt(scene, t);
  state.open += 1;
  const wins = draws.chance(trader.winShare);
  const skipsStop = !wins && draws.chance(clamp(mood.stopSkippedShare, 0, 0.95));
  const held = trader.holdMedianMs * Math.exp(mood.hold - 0.3 * Math.log(state.volatility));
  const holdMs = clamp(
    draws.lognormal(held * (wins ? 1 : trader.disposition), trader.holdSpread),
    1_500,
    HOLD_MAX_MS,
  );
  const amends = Math.min(30, draws.poisson(trader.amendsPerTrade * Math.exp(mood.amends)));
  for (let amend = 0; amend < amends + (skipsStop ? 1 : 0); amend += 1) {
    const id = `${position.id}-stop`;
    queue.add(t + holdMs * draws.uniform(0.05, 0.98), (at) => tell(scene, at, { type: 'amend', id }));
  }
  if (!wins && draws.chance(clamp(mood.addToLoserShare, 0, 0.95))) addToLoser(scene, t, holdMs, position);
  const move = outcome(scene, wins, skipsStop ? mood.lossSize : 0);
  const byHand = draws.chance(wins ? 0.5 : skipsStop ? 1 : 0.4);
  if (byHand) queue.add(t + holdMs, (at) => closeByHand(scene, at, position, move));
  else queue.add(t + holdMs, (at) => close(scene, at, position, move, wins ? 'target' : 'stop'));
}

function addToLoser(scene: Scene, t: number, holdMs: number, position: OpenPosition): void {
  const { draws, queue, state } = scene;
  queue.add(t + holdMs * draws.uniform(0.2, 0.8), (at) => {
    if (state.busy || state.open >= 8) return;
    state.busy = true;
    const stake = Math.round(position.stake * draws.uniform(1, 1.8) * 100) / 100;
    scene.plans.again(at, { symbol: position.symbol, stake, mood: moodAt(scene, at) });
  });
}

/** The price's move over the trade, as a share; distances grow with volatility. */
function outcome(scene: Scene, wins: boolean, lossSize: number): number {
  const { trader, draws, state } = scene;
  const distance = trader.stopShare * Math.sqrt(state.volatility);
  if (wins) return distance * trader.rewardRatio * draws.uniform(0.5, 1.1) + 2 * FEE_SHARE;
  return -Math.min(0.5, distance * draws.uniform(0.75, 1.05) * Math.exp(lossSize));
}

function closeByHand(scene: Scene, t: number, position: OpenPosition, move: number): void {
  const { draws, state, queue } = scene;
  const { symbol, stake } = position;
  const mood = moodAt(scene, t);
  const typedAt = typed(scene, t, 9, mood);
  const notional = Math.round(stake * (1 + move) * 100) / 100;
  queue.add(typedAt, (at) => tell(scene, at, { type: 'preview', symbol, side: 'SELL', notional }));
  const decisionMs = decision(scene, mood) * 0.6;
  queue.add(typedAt + decisionMs, (at) => {
    state.orders += 1;
    const id = `${scene.plan.session}-o${state.orders}`;
    tell(scene, at, {
      type: 'order',
      id,
      symbol,
      side: 'SELL',
      notional,
      kind: 'MARKET',
      decisionMs: Math.round(decisionMs),
      afterLossMs: state.lastLossMs === null ? null : Math.round(at - state.lastLossMs),
      reduces: true,
    });
    queue.add(at + draws.uniform(60, 400), (now) => close(scene, now, { ...position, id }, move, 'manual'));
  });
}

function close(
  scene: Scene,
  t: number,
  position: OpenPosition,
  move: number,
  closedBy: 'stop' | 'target' | 'manual',
): void {
  const { state, drift, draws, queue } = scene;
  const { symbol, stake, quantity } = position;
  const price = position.price * (1 + move);
  const result = stake * move - FEE_SHARE * (stake + stake * (1 + move));
  const realizedPnl = Math.round(result * 10_000) / 10_000;
  const id = closedBy === 'manual' ? position.id : `${position.id}-${closedBy}`;
  state.prices.set(symbol, price);
  tell(scene, t, {
    type: 'fill',
    id,
    symbol,
    side: 'SELL',
    price,
    quantity,
    opens: false,
    closedBy,
    realizedPnl,
  });
  state.open -= 1;
  state.lastResult = realizedPnl;
  state.lastSymbol = symbol;
  if (realizedPnl < 0) {
    state.lastLossMs = t;
    queue.add(t + draws.uniform(40, 600), (at) =>
      tell(scene, at, { type: 'lossNotice', symbol, realizedPnl }),
    );
  }
  drift.closed(t, realizedPnl);
  scene.plans.next(t);
}
