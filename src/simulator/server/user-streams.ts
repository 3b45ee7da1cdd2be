/**
 * User data: which connection listens to which account. One subscription per account and connection;
 * ids are given per connection and never reused in its life. Nothing is replayed.
 */
import type { VenueEvent } from '../matching/venue-api.ts';
import type { TimeUnit } from './render.ts';
import { accountEvent } from './render-user.ts';

export type Subscription = {
  readonly id: number;
  readonly accountId: number;
  readonly apiKey: string;
  /** Made by `userDataStream.subscribe`: ends with the session's logon. */
  readonly fromLogon: boolean;
};

export type UserListener = {
  readonly unit: TimeUnit;
  send(text: string): void;
};

export interface UserStreams {
  add(listener: UserListener, subscription: Subscription): void;
  remove(listener: UserListener, subscription: Subscription): void;
  publish(accountId: number, event: VenueEvent): void;
  /** Sends one ready payload to an account's listeners (faults repeat and delay them). */
  deliver(accountId: number, payload: (unit: TimeUnit) => string): void;
}

/** The account a venue event concerns, or null when it is public. */
export function accountOf(event: VenueEvent): number | null {
  switch (event.kind) {
    case 'execution':
      return event.order.accountId;
    case 'balances':
    case 'balanceUpdate':
      return event.accountId;
    case 'listStatus':
      return event.list.accountId;
    default:
      return null;
  }
}

export function createUserStreams(): UserStreams {
  const accounts = new Map<number, Map<Subscription, UserListener>>();
  const streams: UserStreams = {
    add(listener, subscription) {
      let listeners = accounts.get(subscription.accountId);
      if (listeners === undefined) {
        listeners = new Map();
        accounts.set(subscription.accountId, listeners);
      }
      listeners.set(subscription, listener);
    },
    remove(_listener, subscription) {
      accounts.get(subscription.accountId)?.delete(subscription);
    },
    publish(accountId, event) {
      if ((accounts.get(accountId)?.size ?? 0) === 0) return;
      streams.deliver(accountId, (unit) => JSON.stringify(accountEvent(event, unit)));
    },
    deliver(accountId, payload) {
      const listeners = accounts.get(accountId);
      if (listeners === undefined || listeners.size === 0) return;
      const texts = new Map<TimeUnit, string>();
      for (const [subscription, listener] of listeners) {
        const text = texts.get(listener.unit) ?? payload(listener.unit);
        texts.set(listener.unit, text);
        listener.send(`{"subscriptionId":${subscription.id},"event":${text}}`);
      }
    },
  };
  return streams;
}
