/**
 * Settings as a fold over events: the limits the files had when they were last accepted, what the trader has
 * tightened, and what waits to be loosened. Nothing else decides what binds: neither an edited file nor a
 * restart nor a clock shortens a wait (invariant 28).
 */
import type { EventRecord } from '../../core/events.ts';

export type PendingSetting = {
  readonly from: string;
  readonly to: string;
  readonly requestedAt: number;
  readonly maturesAtMs: number;
};

export type Settings = {
  /** By path; empty before the first start. */
  readonly accepted: ReadonlyMap<string, string>;
  /** The trader's own values, by name of the setting. */
  readonly own: ReadonlyMap<string, string>;
  /** By path or name. */
  readonly pending: ReadonlyMap<string, PendingSetting>;
};

export const initialSettings: Settings = { accepted: new Map(), own: new Map(), pending: new Map() };

export function evolveSettings(state: Settings, { event, at }: Pick<EventRecord, 'event' | 'at'>): Settings {
  switch (event.kind) {
    case 'limits.accepted': {
      const accepted = new Map(state.accepted);
      for (const [path, figure] of Object.entries(event.limits)) accepted.set(path, String(figure));
      return { ...state, accepted };
    }
    case 'setting.requested': {
      const { from, to, maturesAtMs } = event;
      const pending = new Map(state.pending).set(event.setting, { from, to, requestedAt: at, maturesAtMs });
      return { ...state, pending };
    }
    case 'setting.withdrawn':
      return { ...state, pending: without(state.pending, event.setting) };
    case 'setting.applied': {
      const pending = without(state.pending, event.setting);
      return event.setting.includes('.')
        ? { ...state, pending, accepted: new Map(state.accepted).set(event.setting, event.to) }
        : { ...state, pending, own: new Map(state.own).set(event.setting, event.to) };
    }
    default:
      return state;
  }
}

function without<V>(items: ReadonlyMap<string, V>, key: string): ReadonlyMap<string, V> {
  if (!items.has(key)) return items;
  const next = new Map(items);
  next.delete(key);
  return next;
}
