/**
 * Whether this engine may trust what it stands on, as a fold: the code and configuration that were last
 * accepted, and the history itself (invariant 30). What does not match starts read-only: positions are
 * looked after, nothing is added. A person accepts a change of code or configuration by a typed
 * sentence; at once on a calm day, else an hour later, so that a limit is not edited away in anger.
 * A history that does not prove itself cannot be accepted: it is restored, or read anew from the exchange.
 */
import type { DomainEvent } from '../core/events.ts';
import { refusal, type Refusal } from '../core/refusals.ts';

export type Build = { readonly codeHash: string; readonly configHash: string };

export type Integrity = {
  /** Null before the first start. */
  readonly accepted: Build | null;
  /** What runs now. */
  readonly running: Build | null;
  /** Accepted by a person, in force from then on. */
  readonly requested: (Build & { readonly maturesAt: number }) | null;
  /** Why entries are closed in this run: the changed code or configuration. */
  readonly changed: string | null;
  /** Why entries are closed in this run: the history does not prove itself. */
  readonly unproved: string | null;
  /** The history was lost and is still to be read from the exchange's trades. */
  readonly rebuilds: boolean;
};

export const initialIntegrity: Integrity = {
  accepted: null,
  running: null,
  requested: null,
  changed: null,
  unproved: null,
  rebuilds: false,
};

export const ACCEPT_PHRASE = 'I made these changes';

export function evolveIntegrity(state: Integrity, event: DomainEvent): Integrity {
  switch (event.kind) {
    case 'engine.started': {
      const running = { codeHash: event.codeHash, configHash: event.configHash };
      return {
        ...state,
        accepted: event.readOnly ? state.accepted : running,
        running,
        // Asked for another build than the one that runs now: asked again, for this one.
        requested: state.requested !== null && isSame(state.requested, running) ? state.requested : null,
        changed: event.readOnly ? (event.readOnlyReason ?? '') : null,
        unproved: null,
      };
    }
    case 'history.lost':
      return { ...state, rebuilds: true };
    case 'history.rebuilt':
      return { ...state, rebuilds: false };
    case 'engine.distrusted':
      return { ...state, unproved: event.detail };
    case 'engine.changeRequested': {
      const { codeHash, configHash, maturesAt } = event;
      return { ...state, requested: { codeHash, configHash, maturesAt } };
    }
    case 'engine.changeAccepted': {
      const accepted = { codeHash: event.codeHash, configHash: event.configHash };
      const matches = state.running !== null && isSame(accepted, state.running);
      return { ...state, accepted, requested: null, changed: matches ? null : state.changed };
    }
    default:
      return state;
  }
}

/** What is not as it was accepted, in words; null when all of it is. */
export function changeSince(accepted: Build | null, now: Build): string | null {
  if (accepted === null || isSame(accepted, now)) return null;
  if (accepted.codeHash === now.codeHash) return 'the configuration is not the one that was accepted';
  if (accepted.configHash === now.configHash) return 'the program is not the one that was accepted';
  return 'program and configuration are not the ones that were accepted';
}

/** Why no entry may be made, or null. Exits and stops never ask. */
export function clearIntegrity(state: Integrity): Refusal | null {
  const reason = state.unproved ?? state.changed;
  return reason === null ? null : refusal('engine.readOnly', { reason, phrase: phraseFor(state) });
}

export function readOnlyReason(state: Integrity): string | null {
  return state.unproved ?? state.changed;
}

/** The sentence that accepts, or null where none can. */
function phraseFor(state: Integrity): string | null {
  return state.unproved === null ? ACCEPT_PHRASE : null;
}

export type Calm = {
  /** Nothing locks, pauses or halts; tilt is NORMAL; no recovery from a drawdown. */
  readonly isSettled: boolean;
  /** Settled, and the day is not in the red. */
  readonly isCalm: boolean;
  readonly now: number;
};

/** What accepting writes: at once on a calm day, else a request that matures. */
export function acceptChange(
  state: Integrity,
  phrase: string,
  calm: Calm,
  waitMs: number,
): { readonly events: readonly DomainEvent[]; readonly maturesAt: number } | Refusal {
  if (state.unproved !== null) return refusal('engine.historyUnproved', { detail: state.unproved });
  if (state.changed === null || state.running === null)
    return refusal('command.notHere', { command: 'accept' });
  if (phrase.trim() !== ACCEPT_PHRASE) return refusal('command.phraseWrong', { phrase: ACCEPT_PHRASE });
  const { running, requested } = state;
  // Asked twice, the first time counts: asking again shortens nothing and lengthens nothing.
  if (requested !== null) return { events: [], maturesAt: requested.maturesAt };
  if (calm.isCalm) return { events: [{ kind: 'engine.changeAccepted', ...running }], maturesAt: calm.now };
  const maturesAt = calm.now + waitMs;
  return { events: [{ kind: 'engine.changeRequested', ...running, maturesAt }], maturesAt };
}

/** A request whose time has come, on a settled account: a red day alone has waited its hour. Empty when there is none. */
export function matureChange(state: Integrity, calm: Calm): readonly DomainEvent[] {
  const { requested } = state;
  if (requested === null || state.changed === null || !calm.isSettled || !(calm.now >= requested.maturesAt))
    return [];
  const { codeHash, configHash } = requested;
  return [{ kind: 'engine.changeAccepted', codeHash, configHash }];
}

function isSame(left: Build, right: Build): boolean {
  return left.codeHash === right.codeHash && left.configHash === right.configHash;
}
