// The console against a scripted engine on virtual time: frames, previews, silence, reconnecting, leaving.
import { beforeEach, describe, expect, test } from 'vitest';
import {
  createFakeConsoleEngine,
  createFakeHistory,
  type FakeConsoleEngine,
} from '../../tests/builders/fake-console-engine.ts';
import {
  createFakeEngine,
  FAKE_NOW,
  fakeDashboard,
  type FakeEngine,
} from '../../tests/builders/fake-engine.ts';
import type { PerformancePanel } from '../core/dashboard.ts';
import { notional, price, quantity } from '../core/money.ts';
import { createVirtualTimers, type VirtualTimers } from '../core/virtual-timers.ts';
import { createConsoleStore, type ConsoleStore } from './console-store.ts';
import { rowText } from './view-model/spans.ts';

let engine: FakeEngine;
let link: FakeConsoleEngine;
let timers: VirtualTimers;
let store: ConsoleStore;
let history: ReturnType<typeof createFakeHistory>;
let frames: number;

function create(gone = false): void {
  timers = createVirtualTimers(FAKE_NOW);
  engine = createFakeEngine(() => timers.now());
  link = createFakeConsoleEngine(engine, { gone });
  history = createFakeHistory();
  store = createConsoleStore({
    engine: link,
    timers,
    history,
    unicode: true,
    size: { columns: 100, rows: 24 },
  });
  frames = 0;
  store.subscribe(() => (frames += 1));
}

/** Lets what is promised arrive; no time passes. */
const settle = async (): Promise<void> => {
  for (let turn = 0; turn < 10; turn += 1) await Promise.resolve();
};

const pass = async (ms: number): Promise<void> => {
  timers.advance(ms);
  await settle();
};

const text = (): string => store.rows().map(rowText).join('\n');

const type = (line: string): void => {
  for (const character of line) store.key({ kind: 'text', text: character });
};

beforeEach(async () => {
  create();
  store.open();
  await settle();
});

describe('opening', () => {
  test('the first frame is there before the engine answers', () => {
    create();
    store.open();
    expect(text()).toContain('opening the market…');
  });

  test('an engine that runs is joined, one that does not is started', async () => {
    expect(link.counts).toMatchObject({ attached: 1, started: 0 });
    expect(text()).toContain('+$1.24 today');
    create(true);
    store.open();
    await settle();
    expect(link.counts.started).toBe(1);
    expect(text()).toContain('The engine could not start.');
  });

  test('Enter tries again', async () => {
    create(true);
    store.open();
    await settle();
    link.gone = false;
    store.key({ kind: 'enter' });
    await settle();
    expect(text()).toContain('+$1.24 today');
  });
});

describe('frames', () => {
  test('a hundred pictures in a second are ten frames at most', async () => {
    await pass(200);
    frames = 0;
    for (let count = 0; count < 100; count += 1) {
      engine.show({ account: { ...fakeDashboard().account, dayPnl: `${count}.00` } });
      link.picture();
      await pass(10);
    }
    expect(frames).toBeGreaterThan(5);
    expect(frames).toBeLessThanOrEqual(11);
  });

  test('a picture that looks the same is no frame', async () => {
    await pass(200);
    link.picture();
    await pass(200);
    frames = 0;
    link.picture();
    await pass(200);
    expect(frames).toBe(0);
  });

  test('a key is shown at once', async () => {
    await pass(10);
    link.picture();
    type('b');
    expect(text()).toContain(' › b');
  });

  test('a new size is a new picture', () => {
    store.resize(60, 12);
    expect(store.rows()).toHaveLength(12);
  });
});

describe('commands', () => {
  test('a preview comes when typing pauses, then the order, its answer and the log', async () => {
    type('buy 100 usdt btc');
    expect(engine.previews).toHaveLength(0);
    await pass(100);
    expect(text()).toContain('$100 becomes $25: one position holds at most 5 % of $500.');
    store.key({ kind: 'enter' });
    await settle();
    expect(engine.commands[0]?.origin).toMatchObject({
      actor: 'trader',
      behaviour: { keys: 16, corrections: 0, pasted: false, decisionMs: 100 },
    });
    engine.notice('bought 0.00037 BTC at 67,412.10');
    link.picture();
    await pass(200);
    expect(text()).toContain('bought 0.00037 BTC at 67,412.10');
    expect(text()).toContain('stop 66,063.86');
    expect(history.lines).toEqual(['buy 100 usdt btc']);
  });

  test('a refusal shows its sentences and why shows them again', async () => {
    type('byu 100 usdt btc');
    store.key({ kind: 'enter' });
    await settle();
    expect(text()).toContain('Did you mean buy?');
    type('why');
    store.key({ kind: 'enter' });
    await settle();
    expect(text()).toContain('“byu” is not a command here.');
  });

  test('journal text is sent and kept nowhere', async () => {
    type('journal I am calm');
    store.key({ kind: 'enter' });
    await settle();
    expect(engine.commands[0]).toMatchObject({
      command: { kind: 'journal', text: 'I am calm' },
      origin: { text: 'journal' },
    });
    expect(history.lines).toEqual([]);
  });

  test('no answer is said as such', async () => {
    link.mute = true;
    type('close btc');
    store.key({ kind: 'enter' });
    await settle();
    expect(text()).toContain('it is not known whether the command arrived');
  });
});

describe('an engine that goes', () => {
  test('silence is noticed within two seconds and said', async () => {
    await pass(1_600);
    expect(link.counts.attached).toBe(2);
    link.gone = true;
    await pass(1_600);
    expect(text()).toContain('reconnecting');
  });

  test('a cut stream is joined again when the engine is there', async () => {
    link.cut();
    await settle();
    expect(link.counts.attached).toBe(2);
    expect(text()).not.toContain('reconnecting');
  });

  test('an engine that is gone is explained within two seconds, and its return is noticed', async () => {
    link.gone = true;
    link.cut();
    await settle();
    expect(text()).toContain('reconnecting');
    for (let step = 0; step < 8; step += 1) await pass(200);
    expect(text()).toContain('The engine does not answer any more.');
    link.gone = false;
    for (let step = 0; step < 4; step += 1) await pass(200);
    expect(text()).not.toContain('does not answer');
    expect(link.counts.started).toBe(0);
  });
});

describe('leaving', () => {
  test('k leaves the engine, s stops it', async () => {
    store.key({ kind: 'interrupt' });
    expect(text()).toContain('Does the engine keep running?');
    store.key({ kind: 'text', text: 'k' });
    expect(await store.left).toEqual({ engineStopped: false, problem: null });
    create();
    store.open();
    await settle();
    store.key({ kind: 'interrupt' });
    store.key({ kind: 'text', text: 's' });
    expect(await store.left).toEqual({ engineStopped: true, problem: null });
    expect(link.counts.stopped).toBe(1);
  });

  test('coming and going are told to the engine', async () => {
    store.key({ kind: 'interrupt' });
    store.key({ kind: 'text', text: 'k' });
    expect(engine.actions.map((report) => report.action)).toEqual(['connect', 'disconnect']);
  });

  test('a closed console waits for nothing', () => {
    store.close();
    timers.advance(60_000);
    expect(timers.waiting()).toBe(0);
  });
});

describe('a console that only watches', () => {
  test('shows everything and sends nothing, not even what it notices', async () => {
    timers = createVirtualTimers(FAKE_NOW);
    engine = createFakeEngine(() => timers.now());
    link = createFakeConsoleEngine(engine);
    store = createConsoleStore({
      engine: link,
      timers,
      history: createFakeHistory(),
      unicode: true,
      readOnly: true,
      size: { columns: 100, rows: 24 },
    });
    store.open();
    await settle();
    expect(text()).toContain('This console only watches');
    type('2');
    type('buy 25 usdt btc');
    await pass(200);
    store.key({ kind: 'enter' });
    await pass(20_000);
    expect([engine.commands, engine.actions, engine.previews]).toEqual([[], [], []]);
    expect(text()).toContain('nothing was sent');
  });
});

describe('the undo window', () => {
  const enter = { kind: 'enter' } as const;

  test('counts down, then the cancel leaves once', async () => {
    type('cancel');
    store.key(enter);
    expect(text()).toContain('The cancel leaves in 3 s.');
    await pass(2_900);
    expect(engine.commands).toHaveLength(0);
    await pass(200);
    expect(engine.commands.map(({ command }) => command.kind)).toEqual(['cancel']);
    await pass(10_000);
    expect(engine.commands).toHaveLength(1);
  });

  test('an order that is kept stays kept', async () => {
    type('cancel');
    store.key(enter);
    store.key({ kind: 'escape' });
    await pass(10_000);
    expect(engine.commands).toHaveLength(0);
  });

  test('leaving does not forget a cancel that was asked for', async () => {
    type('cancel');
    store.key(enter);
    store.close();
    await settle();
    expect(engine.commands.map(({ command }) => command.kind)).toEqual(['cancel']);
  });
});

describe('what is told of the trader', () => {
  test('a loss that was shown, and how soon the next command follows', async () => {
    engine.emit({
      kind: 'position.closed',
      positionId: 'p',
      symbol: 'BTCUSDT',
      reason: 'stop_loss',
      entryPrice: price('67000'),
      exitPrice: price('66000'),
      quantity: quantity('0.001'),
      realisedPnl: notional('-1.05'),
      fees: notional('0.05'),
      heldMs: 60_000,
    });
    await pass(1_500);
    type('close btc');
    store.key({ kind: 'enter' });
    await settle();
    expect(engine.actions).toContainEqual({
      action: 'lossSeen',
      symbol: 'BTCUSDT',
      figures: { realizedPnl: -1.05 },
    });
    expect(engine.commands.at(-1)?.origin.behaviour).toMatchObject({ afterLossMs: 1_500 });
  });

  test('connecting and leaving, and never a text', async () => {
    type('buy 25 usdt btc');
    store.key({ kind: 'enter' });
    await pass(10_000);
    store.close();
    const names = engine.actions.map(({ action }) => action);
    expect([names[0], names.at(-1)]).toEqual(['connect', 'disconnect']);
    expect(names).toEqual(expect.arrayContaining(['keys', 'preview']));
    expect(JSON.stringify(engine.actions)).not.toContain('usdt');
  });
});

describe('the guided tour', () => {
  let taken: boolean;

  const noTrade: PerformancePanel = {
    equityCurve: [],
    days: [],
    byStrategy: [],
    bySymbol: [],
    byHour: [],
  };

  const createWithTour = (
    changes: {
      readonly taken?: boolean;
      readonly readOnly?: boolean;
      readonly past?: PerformancePanel;
    } = {},
  ): void => {
    create();
    taken = changes.taken ?? false;
    const { account } = fakeDashboard();
    engine.show({ account: { ...account, entriesToday: 0 }, performance: changes.past ?? null });
    store = createConsoleStore({
      engine: link,
      timers,
      history,
      tour: { taken: () => taken, finish: () => void (taken = true) },
      readOnly: changes.readOnly ?? false,
      unicode: true,
      size: { columns: 100, rows: 24 },
    });
    store.open();
  };

  test('is offered once to a new paper account, and sends nothing', async () => {
    createWithTour();
    await settle();
    // Nobody knows yet whether this account has traded.
    expect(text()).not.toContain('tour 1 of 6');
    engine.show({ performance: noTrade });
    link.picture();
    timers.advance(100);
    expect(text()).toContain('tour 1 of 6');
    store.key({ kind: 'escape' });
    expect([taken, text().includes('tour 1 of 6'), engine.commands.length]).toEqual([true, false, 0]);
    link.picture();
    expect(text()).not.toContain('tour 1 of 6');
  });

  test.each([
    { taken: true, past: noTrade },
    { readOnly: true, past: noTrade },
    { past: { ...noTrade, days: [{ day: 20_000, pnl: '1.00', trades: 3 }] } },
  ])('is not offered: %o', async (changes) => {
    createWithTour(changes);
    await settle();
    expect(text()).not.toContain('tour 1 of 6');
  });
});
