/** Somebody at the keyboard of the console, without a screen: keys go in, state and effects come out. */
import { afterKey } from '../../src/ui/view-model/console-keys.ts';
import {
  initialState,
  type ConsoleState,
  type Effect,
  type KeyContext,
} from '../../src/ui/view-model/console-state.ts';
import type { Key } from '../../src/ui/view-model/key.ts';
import { fakeDashboard } from './fake-engine.ts';

const grammar = {
  symbols: [
    { symbol: 'BTCUSDT', baseAsset: 'BTC', quoteAsset: 'USDT' },
    { symbol: 'ETHUSDT', baseAsset: 'ETH', quoteAsset: 'USDT' },
  ],
};

export type Session = {
  state: ConsoleState;
  readonly effects: Effect[];
  now: number;
  connection: KeyContext['connection'];
  journalWords: number;
};

export const begin = (history: readonly string[] = []): Session => ({
  state: initialState(history),
  effects: [],
  now: 1_000,
  connection: 'live',
  journalWords: 0,
});

export function press(session: Session, ...keys: readonly (Key | string)[]): void {
  for (const key of keys) {
    const step = afterKey(session.state, typeof key === 'string' ? { kind: 'text', text: key } : key, {
      now: session.now,
      grammar,
      connection: session.connection,
      journalWords: session.journalWords,
      dashboard: fakeDashboard(),
      readOnly: false,
    });
    session.state = step.state;
    session.effects.push(...step.effects);
    session.now += 50;
  }
}

export const typeOut = (session: Session, text: string): void => press(session, ...text.split(''));
export const sent = (session: Session): readonly string[] =>
  session.effects.flatMap((effect) => (effect.kind === 'send' ? [effect.line] : []));
/** Effects besides the counting of keys, which has its own tests. */
export const effectsOf = (session: Session): readonly Effect[] =>
  session.effects.filter((effect) => effect.kind !== 'action' || effect.report.action !== 'keys');
export const enter: Key = { kind: 'enter' };
export const escape: Key = { kind: 'escape' };
export const backspace: Key = { kind: 'edit', edit: { kind: 'backspace' } };
