/**
 * Two bounded lanes. HIGH carries execution and is drained first and never dropped; NORMAL carries
 * market data and analytics, where a picture that lags is replaced by a newer one under the same key
 * (invariant 25). Handlers run to completion, in the order they subscribed; one message at a time.
 */
import { invariant } from '../../core/invariant.ts';

export type Lane = 'HIGH' | 'NORMAL';
export type Message = { readonly topic: string };
export type Handler<M> = (message: M) => void;

export interface EventBus<M extends Message> {
  /** Queues a message. With a key, a queued NORMAL message under the same key is replaced in place. */
  publish(message: M, lane: Lane, conflationKey?: string): void;
  /** Handlers of the HIGH lane run before those of the NORMAL lane; within a lane in order of subscription. */
  subscribe<T extends M['topic']>(
    topic: T,
    handler: Handler<Extract<M, { readonly topic: T }>>,
    lane: Lane,
  ): () => void;
  /** Runs until both lanes are empty, HIGH first before every single message. Does nothing when already running. */
  drain(): void;
  depth(): { readonly high: number; readonly normal: number; readonly conflated: number };
}

/** Bounds: a HIGH lane that fills up means the engine is stuck, and that is a bug; NORMAL sheds its oldest. */
export const HIGH_LIMIT = 100_000;
export const NORMAL_LIMIT = 10_000;

type Slot<M> = { message: M | null; readonly key: string | null };

export function createEventBus<M extends Message>(): EventBus<M> {
  const handlers = new Map<string, { high: Handler<M>[]; normal: Handler<M>[] }>();
  const high = createQueue<M>();
  const normal = createQueue<Slot<M>>();
  const byKey = new Map<string, Slot<M>>();
  let conflated = 0;
  let draining = false;

  const deliver = (message: M): void => {
    const subscribed = handlers.get(message.topic);
    if (subscribed === undefined) return;
    for (const handler of subscribed.high) handler(message);
    for (const handler of subscribed.normal) handler(message);
  };

  return {
    publish(message, lane, conflationKey): void {
      if (lane === 'HIGH') {
        invariant(high.size() < HIGH_LIMIT, 'the HIGH lane is never full');
        high.push(message);
        return;
      }
      if (conflationKey !== undefined) {
        const waiting = byKey.get(conflationKey);
        if (waiting !== undefined) {
          waiting.message = message;
          conflated += 1;
          return;
        }
      }
      if (normal.size() >= NORMAL_LIMIT) {
        const oldest = normal.shift();
        if (oldest !== undefined && oldest.key !== null) byKey.delete(oldest.key);
        conflated += 1;
      }
      const slot: Slot<M> = { message, key: conflationKey ?? null };
      if (conflationKey !== undefined) byKey.set(conflationKey, slot);
      normal.push(slot);
    },
    subscribe(topic, handler, lane): () => void {
      const entry = handlers.get(topic) ?? { high: [], normal: [] };
      handlers.set(topic, entry);
      const list = lane === 'HIGH' ? entry.high : entry.normal;
      list.push(handler as Handler<M>);
      return () => {
        const index = list.indexOf(handler as Handler<M>);
        if (index >= 0) list.splice(index, 1);
      };
    },
    drain(): void {
      if (draining) return;
      draining = true;
      try {
        for (;;) {
          const urgent = high.shift();
          if (urgent !== undefined) {
            deliver(urgent);
            continue;
          }
          const slot = normal.shift();
          if (slot === undefined) break;
          if (slot.key !== null) byKey.delete(slot.key);
          if (slot.message !== null) deliver(slot.message);
        }
      } finally {
        draining = false;
      }
    },
    depth: () => ({ high: high.size(), normal: normal.size(), conflated }),
  };
}

type Queue<T> = { push(item: T): void; shift(): T | undefined; size(): number };

/** An array with a moving head: constant-time shift, memory given back once drained. */
function createQueue<T>(): Queue<T> {
  let items: (T | undefined)[] = [];
  let head = 0;
  return {
    push(item): void {
      items.push(item);
    },
    shift(): T | undefined {
      if (head === items.length) return undefined;
      const item = items[head];
      items[head] = undefined;
      head += 1;
      if (head === items.length) {
        if (head > 1024) items = [];
        else items.length = 0;
        head = 0;
      }
      return item;
    },
    size: () => items.length - head,
  };
}
