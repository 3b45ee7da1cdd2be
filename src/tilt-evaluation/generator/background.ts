/**
 * What goes on besides trading: looks at views, the market's volatility, settings touched, lost connections,
 * and a gamer's filler.
 */
import { clamp } from './draws.ts';
import type { MarketPath } from './market-path.ts';
import { moodAt, tell, usualStake, type Scene } from './scene.ts';
import { typed } from './typing.ts';

const HOUR_MS = 3_600_000;
const VIEWS_PER_HOUR_MAX = 1_200;
/** Views told of in one session at most: no prior makes a session without end. */
const VIEWS_MAX = 3_000;

const viewNames: readonly string[] = [
  'positions',
  'orders',
  'chart',
  'book',
  'risk',
  'tilt',
  'journal',
  'tier',
];
const settingNames: readonly string[] = ['stopDistance', 'positionSize', 'dailyLossLimit', 'confirmations'];

export function startBackground(scene: Scene, market: MarketPath): void {
  const { plan, queue } = scene;
  queue.add(plan.startMs + 5, (t) => watchMarket(scene, market, t));
  planView(scene, plan.startMs, 0);
  planDisconnect(scene, plan.startMs);
  planSetting(scene, plan.startMs);
  if (scene.concealment?.trick === 'filler') planFiller(scene, plan.startMs);
}

function watchMarket(scene: Scene, market: MarketPath, t: number): void {
  scene.state.volatility = market.at(t);
  tell(scene, t, { type: 'market', volatility: Math.round(scene.state.volatility * 1_000) / 1_000 });
  scene.queue.add(t + scene.draws.uniform(60_000, 240_000), (at) => watchMarket(scene, market, at));
}

function planView(scene: Scene, t: number, told: number): void {
  const { trader, draws, state, queue } = scene;
  const excited = Math.exp(trader.stressViews * Math.log(state.volatility) + moodAt(scene, t).views);
  const perHour = Math.min(VIEWS_PER_HOUR_MAX, trader.viewsPerHour * excited);
  queue.add(t + 400 + draws.exponential(HOUR_MS / perHour), (at) => {
    tell(scene, at, { type: 'view', name: draws.pick(viewNames) });
    if (told < VIEWS_MAX) planView(scene, at, told + 1);
  });
}

function planDisconnect(scene: Scene, t: number): void {
  const { trader, draws, queue } = scene;
  queue.add(t + draws.exponential(HOUR_MS / trader.disconnectsPerHour), (at) => {
    tell(scene, at, { type: 'disconnect' });
    queue.add(at + draws.lognormal(9_000, 1), (now) => {
      tell(scene, now, { type: 'connect' });
      planDisconnect(scene, now);
    });
  });
}

/** Looked at every quarter of an hour, so that a drift shows while it lasts. */
function planSetting(scene: Scene, t: number): void {
  const { trader, draws, queue } = scene;
  queue.add(t + draws.uniform(5, 15) * 60_000, (at) => {
    const mood = moodAt(scene, at);
    const share = clamp(trader.settingsPerSession * 0.1 + 0.12 * Math.expm1(mood.settings), 0, 0.8);
    if (draws.chance(share)) {
      const loosens = draws.chance(clamp(trader.loosenShare + mood.loosenShare, 0, 1));
      const direction = loosens ? 'loosen' : 'tighten';
      tell(scene, at, { type: 'settings', key: draws.pick(settingNames), direction });
    }
    planSetting(scene, at);
  });
}

/** Activity that is meant to look calm: random looks, commands typed slowly and thrown away. */
function planFiller(scene: Scene, t: number): void {
  const { draws, queue, trader } = scene;
  queue.add(t + draws.exponential(90_000), (at) => {
    if (scene.drift.isDrifting()) {
      const done = typed(scene, at, 14, moodAt(scene, at));
      const symbol = draws.pick(trader.symbols);
      const notional = Math.round(usualStake(scene) * draws.uniform(0.5, 1.2) * 100) / 100;
      queue.add(done, (now) => tell(scene, now, { type: 'preview', symbol, side: 'BUY', notional }));
      queue.add(done + draws.uniform(3_000, 12_000), (now) => tell(scene, now, { type: 'abandon' }));
    }
    planFiller(scene, at);
  });
}
