import { describe, expect, it } from 'vitest';
import { openPosition, readyRig, type Rig } from '../../tests/builders/engine.ts';
import { SYMBOL, symbolRules } from '../../tests/builders/engine-gateway.ts';

const RESUME = 'I have checked the account';
/** The written lines of the checklist. */
const write = (rig: Rig): void => {
  for (const phrase of [
    'cause the feed looked odd to me and I wanted to be sure of it',
    'plan look at the book first and trade smaller for the rest of today',
  ])
    rig.say({ kind: 'resume', phrase });
};

describe('a lock', () => {
  it('stops entries for its time, never exits', () => {
    const rig = readyRig();
    openPosition(rig);
    rig.say({ kind: 'lock', durationMs: 600_000 });
    expect(rig.say({ kind: 'close', symbol: SYMBOL }).outcome).toBe('accepted');
    expect(rig.buy('25').refusal?.code).toBe('engine.paused');
    rig.wait(599_000);
    expect(rig.buy('25').refusal?.code).toBe('engine.paused');
  });

  it('is not shortened by another, and resuming does not end it', () => {
    const rig = readyRig();
    rig.say({ kind: 'lock', durationMs: 600_000 });
    expect(rig.say({ kind: 'lock', durationMs: 60_000 }).refusal?.code).toBe('command.durationOutOfRange');
    expect(rig.say({ kind: 'resume', phrase: RESUME }).refusal?.code).toBe('engine.paused');
  });

  it('outlasts a wall clock set forward, and a restart', () => {
    const rig = readyRig();
    rig.say({ kind: 'lock', durationMs: 600_000 });
    rig.timers.jumpWall(86_400_000);
    rig.wait(1_000);
    expect(rig.buy('25').refusal?.code).toBe('engine.paused');
    rig.timers.jumpWall(-86_400_000);
    const again = rig.restart();
    again.gateway.connect();
    again.market('50000');
    expect(again.buy('25').refusal?.code).toBe('engine.paused');
  });
});

describe('a halt', () => {
  it('is lifted by the phrase alone, and the account is read again', () => {
    const rig = readyRig();
    expect(rig.say({ kind: 'resume', phrase: RESUME }).refusal?.code).toBe('command.notHere');
    rig.say({ kind: 'halt', reason: 'enough' });
    expect(rig.buy('25').refusal?.code).toBe('engine.halted');
    expect(rig.say({ kind: 'resume', phrase: 'go' }).refusal?.code).toBe('command.phraseWrong');
    write(rig);
    const reads = rig.gateway.reads.length;
    expect(rig.say({ kind: 'resume', phrase: ` ${RESUME} ` }).outcome).toBe('accepted');
    expect(rig.gateway.reads.length).toBe(reads + 1);
    expect(rig.buy('25').outcome).toBe('accepted');
  });

  it('lifts no lock with it', () => {
    const rig = readyRig();
    rig.say({ kind: 'lock', durationMs: 600_000 });
    rig.say({ kind: 'halt', reason: 'enough' });
    write(rig);
    rig.say({ kind: 'resume', phrase: RESUME });
    expect(rig.buy('25').refusal?.code).toBe('engine.paused');
  });

  it('leaves the stop where it is', () => {
    const rig = readyRig();
    openPosition(rig);
    rig.say({ kind: 'halt', reason: 'enough' });
    rig.wait(10_000);
    expect(rig.gateway.cancels).toEqual([]);
    expect(rig.engine.dashboard().positions[0]?.protected).toBe(true);
  });
});

describe('cancelling', () => {
  it('takes entries back and leaves stops', () => {
    const rig = readyRig();
    rig.buy('25');
    const entry = rig.gateway.last();
    rig.gateway.accept(entry);
    expect(rig.say({ kind: 'cancel', symbol: 'ETHUSDT' }).refusal?.code).toBe('command.nothingToCancel');
    expect(rig.say({ kind: 'cancel', symbol: null }).outcome).toBe('accepted');
    expect(rig.gateway.cancels).toHaveLength(1);
    expect(rig.engine.state().orders.open.size).toBe(0);
  });

  it('finds nothing to take back when only a stop rests', () => {
    const rig = readyRig();
    openPosition(rig);
    expect(rig.say({ kind: 'cancel', symbol: null }).refusal?.code).toBe('command.nothingToCancel');
  });

  it('is asked again when the answer does not come', () => {
    const rig = readyRig();
    rig.gateway.answersCancels = false;
    rig.gateway.answersLookUps = true;
    openPosition(rig);
    rig.say({ kind: 'close', symbol: SYMBOL });
    rig.wait(25_000);
    expect(rig.gateway.cancels.length).toBeGreaterThanOrEqual(2);
  });

  it('that the exchange refuses is looked up and tried again', () => {
    const rig = readyRig();
    rig.gateway.answersCancels = false;
    rig.gateway.answersLookUps = true;
    openPosition(rig);
    rig.say({ kind: 'close', symbol: SYMBOL });
    const { clientOrderId } = rig.gateway.last();
    rig.gateway.report({
      kind: 'cancelRejected',
      clientOrderId,
      code: -2011,
      message: 'Unknown order sent.',
    });
    expect(rig.gateway.lookUps.at(-1)?.clientOrderId).toBe(clientOrderId);
    rig.wait(2_000);
    expect(rig.gateway.cancels).toHaveLength(2);
  });
});

describe('strategies', () => {
  it('are switched on where they are known and earned, on a symbol that is', () => {
    const rig = readyRig();
    const on = (strategy: string, symbol: string | null) =>
      rig.say({ kind: 'strategy', strategy, symbol, on: true }).refusal?.code ?? 'on';
    expect(on('sma_cross', SYMBOL)).toBe('on');
    expect(on('unheard_of', SYMBOL)).toBe('command.unknownStrategy');
    expect(on('sma_cross', 'ZZZUSDT')).toBe('command.unknownSymbol');
    expect(rig.engine.dashboard().strategies).toEqual([
      { strategy: 'sma_cross', symbol: SYMBOL, enabled: true },
    ]);
    rig.say({ kind: 'strategy', strategy: 'sma_cross', symbol: null, on: false });
    expect(rig.engine.dashboard().strategies).toEqual([]);
  });
});

describe('views and words', () => {
  it('say why the last thing was refused', () => {
    const rig = readyRig();
    expect(rig.say({ kind: 'view', view: 'why' }).lines).toEqual(['nothing was refused so far']);
    rig.buy('5');
    expect(rig.say({ kind: 'view', view: 'why' }).lines.join(' ')).toMatch(/minimum 10\.00/);
    expect(rig.say({ kind: 'view', view: 'status' }).outcome).toBe('answered');
  });

  it('keep the text of a journal out of the log', () => {
    const rig = readyRig();
    const text = `today I waited ${'and looked at what I had written before deciding anything '.repeat(60)}`;
    rig.say({ kind: 'journal', text }, { text });
    expect(JSON.stringify(rig.log.disk.events)).not.toContain('I waited');
  });

  it('preview nothing for what is no entry', () => {
    const rig = readyRig();
    expect(rig.engine.preview({ kind: 'closeAll' }).outcome).toBe('answered');
    const unknown = { kind: 'buy', symbol: 'ZZZUSDT', amount: { unit: 'share', shareBps: 1 } } as const;
    expect(rig.engine.preview(unknown).figures['code']).toBe('command.unknownSymbol');
    expect(rig.engine.symbols()).toEqual([{ symbol: SYMBOL, baseAsset: 'BTC', quoteAsset: 'USDT' }]);
  });

  it('record what the console saw, and give the newest events first', () => {
    const rig = readyRig({ symbols: [symbolRules()] });
    rig.engine.action({ action: 'view', symbol: null, figures: { seconds: 3 } });
    expect(rig.eventsOf('action.recorded').at(-1)?.figures).toEqual({ seconds: 3 });
    const recent = rig.engine.recentEvents(3, null);
    expect(recent).toHaveLength(3);
    expect(recent[0]?.sequence).toBeGreaterThan(recent[1]?.sequence ?? 0);
    expect(rig.engine.recentEvents(3, Number.MAX_SAFE_INTEGER)).toEqual([]);
  });
});
