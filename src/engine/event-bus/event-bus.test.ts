import { describe, expect, it } from 'vitest';
import { InvariantViolation } from '../../core/invariant.ts';
import { createEventBus, HIGH_LIMIT, NORMAL_LIMIT, type EventBus } from './event-bus.ts';

type Word = { readonly topic: 'word'; readonly text: string } | { readonly topic: 'other' };

function listening(): { readonly bus: EventBus<Word>; readonly heard: string[] } {
  const bus = createEventBus<Word>();
  const heard: string[] = [];
  bus.subscribe('word', ({ text }) => heard.push(text), 'NORMAL');
  return { bus, heard };
}
const word = (text: string): Word => ({ topic: 'word', text });

describe('the bus', () => {
  it('delivers nothing before it is drained, then HIGH before NORMAL, each in order', () => {
    const { bus, heard } = listening();
    bus.publish(word('n1'), 'NORMAL');
    bus.publish(word('h1'), 'HIGH');
    bus.publish(word('n2'), 'NORMAL');
    bus.publish(word('h2'), 'HIGH');
    expect(heard).toEqual([]);
    expect(bus.depth()).toEqual({ high: 2, normal: 2, conflated: 0 });
    bus.drain();
    expect(heard).toEqual(['h1', 'h2', 'n1', 'n2']);
    expect(bus.depth()).toEqual({ high: 0, normal: 0, conflated: 0 });
  });

  it('lets HIGH wait behind one NORMAL message at most (invariant 25)', () => {
    const { bus, heard } = listening();
    bus.subscribe(
      'word',
      ({ text }) => {
        if (text === 'n1') bus.publish(word('urgent'), 'HIGH');
      },
      'NORMAL',
    );
    bus.publish(word('n1'), 'NORMAL');
    bus.publish(word('n2'), 'NORMAL');
    bus.drain();
    expect(heard).toEqual(['n1', 'urgent', 'n2']);
  });

  it('replaces a waiting picture in its place', () => {
    const { bus, heard } = listening();
    bus.publish(word('old'), 'NORMAL', 'book');
    bus.publish(word('between'), 'NORMAL');
    bus.publish(word('new'), 'NORMAL', 'book');
    expect(bus.depth()).toEqual({ high: 0, normal: 2, conflated: 1 });
    bus.drain();
    bus.publish(word('later'), 'NORMAL', 'book');
    bus.drain();
    expect(heard).toEqual(['new', 'between', 'later']);
  });

  it('runs handlers of the HIGH lane first, then in order of subscription', () => {
    const bus = createEventBus<Word>();
    const heard: string[] = [];
    bus.subscribe('word', () => heard.push('normal'), 'NORMAL');
    bus.subscribe('word', () => heard.push('first'), 'HIGH');
    bus.subscribe('word', () => heard.push('second'), 'HIGH');
    bus.publish(word('x'), 'NORMAL');
    bus.publish({ topic: 'other' }, 'NORMAL');
    bus.drain();
    expect(heard).toEqual(['first', 'second', 'normal']);
  });

  it('stops calling who unsubscribed, however often they say so', () => {
    const bus = createEventBus<Word>();
    const heard: string[] = [];
    const stop = bus.subscribe('word', ({ text }) => heard.push(text), 'HIGH');
    stop();
    stop();
    bus.publish(word('x'), 'HIGH');
    bus.drain();
    expect(heard).toEqual([]);
  });

  it('does not nest: a drain within a handler does nothing', () => {
    const bus = createEventBus<Word>();
    const heard: string[] = [];
    bus.subscribe(
      'word',
      ({ text }) => {
        heard.push(`${text} begins`);
        if (text === 'a') bus.publish(word('b'), 'HIGH');
        bus.drain();
        heard.push(`${text} ends`);
      },
      'HIGH',
    );
    bus.publish(word('a'), 'HIGH');
    bus.drain();
    expect(heard).toEqual(['a begins', 'a ends', 'b begins', 'b ends']);
  });

  it('stays usable when a handler throws: what waits is delivered by the next drain', () => {
    const { bus, heard } = listening();
    bus.subscribe(
      'word',
      ({ text }) => {
        if (text === 'bad') throw new Error('odd');
      },
      'HIGH',
    );
    bus.publish(word('bad'), 'HIGH');
    bus.publish(word('good'), 'HIGH');
    expect(() => bus.drain()).toThrow('odd');
    bus.drain();
    expect(heard).toEqual(['good']);
  });

  it('sheds the oldest of NORMAL when it is full, and forgets its key', () => {
    const { bus, heard } = listening();
    bus.publish(word('oldest'), 'NORMAL', 'book');
    bus.publish(word('second'), 'NORMAL');
    for (let count = 2; count < NORMAL_LIMIT; count += 1) bus.publish({ topic: 'other' }, 'NORMAL');
    bus.publish(word('one more'), 'NORMAL');
    bus.publish(word('and one'), 'NORMAL');
    bus.publish(word('picture'), 'NORMAL', 'book');
    expect(bus.depth().normal).toBe(NORMAL_LIMIT);
    bus.drain();
    expect(heard).toEqual(['one more', 'and one', 'picture']);
  });

  it('takes a full HIGH lane for a bug and drops nothing of it', () => {
    const bus = createEventBus<Word>();
    for (let count = 0; count < HIGH_LIMIT; count += 1) bus.publish({ topic: 'other' }, 'HIGH');
    expect(() => bus.publish(word('x'), 'HIGH')).toThrow(InvariantViolation);
    expect(bus.depth().high).toBe(HIGH_LIMIT);
    bus.drain();
    expect(bus.depth().high).toBe(0);
  });
});
