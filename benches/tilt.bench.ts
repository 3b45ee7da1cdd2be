/**
 * One score per behaviour fact against the least incremental loop that scores at all (sums over the last
 * 200 actions), in one process and interleaved; and the same detector early and late in a long history.
 * Run alone: node benches/tilt.bench.ts
 */
import type { BehaviourEvent, BehaviourFact } from '../src/core/behaviour.ts';
import { initialDetection, observe, type Detection } from '../src/tilt/detector/observe.ts';
import type { BenchRow } from './bench-row.ts';

const FACTS = 20_000;
const ROUNDS = 9;
const WINDOW = 200;

function randomFrom(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state / 4_294_967_296;
  };
}

/** A trader who looks about, previews, types, trades and rests, in sessions of two hours a day. */
function history(count: number): readonly BehaviourEvent[] {
  const random = randomFrom(7);
  const events: BehaviourEvent[] = [];
  let t = Date.UTC(2026, 0, 1, 9);
  let inSession = 0;
  const say = (fact: BehaviourFact): void => void events.push({ t, id: `f${events.length}`, fact });
  while (events.length < count) {
    if (inSession > 120) {
      inSession = 0;
      t += 22 * 3_600_000;
    }
    inSession += 1;
    t += Math.floor(20_000 + random() * 60_000);
    const chance = random();
    if (chance < 0.6) say({ type: 'view', name: 'markets' });
    else if (chance < 0.7) say({ type: 'preview', symbol: 'BTCUSDT', side: 'BUY', notional: 50 });
    else if (chance < 0.85)
      say({
        type: 'keys',
        count: 14,
        errors: Math.floor(random() * 2),
        pastes: 0,
        durationMs: 2_000 + random() * 900,
      });
    else {
      const id = `o${events.length}`;
      const notional = 40 + random() * 30;
      say({
        type: 'order',
        id,
        symbol: 'BTCUSDT',
        side: 'BUY',
        notional,
        kind: 'MARKET',
        decisionMs: 4_000 + random() * 4_000,
        afterLossMs: null,
        reduces: false,
      });
      t += 600_000 * random();
      const won = random() < 0.5;
      say({
        type: 'fill',
        id: `${id}x`,
        symbol: 'BTCUSDT',
        side: 'SELL',
        price: 100,
        quantity: notional / 100,
        opens: false,
        closedBy: won ? 'target' : 'stop',
        realizedPnl: won ? 1 : -1,
      });
    }
  }
  return events.slice(0, count);
}

/** The yardstick: time between facts, its mean and spread over a window, one exponential. */
function bare(events: readonly BehaviourEvent[]): number {
  const gaps = new Float64Array(WINDOW);
  let sum = 0;
  let squares = 0;
  let last = 0;
  let score = 0;
  for (let index = 0; index < events.length; index += 1) {
    const place = index % WINDOW;
    const gap = Math.log(1 + Math.max(0, events[index]!.t - last));
    last = events[index]!.t;
    const old = gaps[place]!;
    sum += gap - old;
    squares += gap * gap - old * old;
    gaps[place] = gap;
    const mean = sum / WINDOW;
    score += 1 / (1 + Math.exp((gap - mean) / Math.sqrt(Math.max(1e-9, squares / WINDOW - mean * mean))));
  }
  return score;
}

function median(values: readonly number[]): number {
  return values.toSorted((a, b) => a - b)[values.length >> 1] ?? 0;
}

/** Medians of single facts in ns: the first and the last tenth of the history, and all. */
function single(events: readonly BehaviourEvent[]): { all: number; early: number; late: number } {
  const times: number[] = [];
  let state: Detection = initialDetection;
  for (const event of events) {
    const from = process.hrtime.bigint();
    state = observe(state, event);
    times.push(Number(process.hrtime.bigint() - from));
  }
  const tenth = Math.floor(events.length / 10);
  return {
    all: median(times),
    early: median(times.slice(tenth, 2 * tenth)),
    late: median(times.slice(-tenth)),
  };
}

export async function run(): Promise<BenchRow[]> {
  const events = history(FACTS);
  const ours: number[] = [];
  const theirs: number[] = [];
  const growth: number[] = [];
  for (let round = 0; round < ROUNDS + 2; round += 1) {
    const from = performance.now();
    bare(events);
    const bareNs = ((performance.now() - from) * 1e6) / FACTS;
    const { all, early, late } = single(events);
    if (round < 2) continue;
    theirs.push(bareNs);
    ours.push(all);
    growth.push(late / early);
  }
  await Promise.resolve();
  const value = median(ours);
  const ratio = median(ours.map((time, at) => time / theirs[at]!));
  const grown = median(growth);
  return [
    {
      name: 'tilt score, one fact',
      value,
      unit: 'ns, median',
      yardstick: median(theirs),
      ratio,
      budget: 'under 2,000 ns',
      within: value < 2_000,
    },
    {
      name: 'tilt score, late in a history',
      value: grown,
      unit: 'times the early cost',
      yardstick: 1,
      ratio: grown,
      budget: 'at most 1.1 times',
      within: grown <= 1.1,
    },
  ];
}

if (import.meta.main) {
  for (const row of await run()) process.stdout.write(`${JSON.stringify(row)}\n`);
}
