/**
 * `POST /emergency/close-all`: gives the command and waits, for a bounded time, for the closing
 * events, because the seed's answer carries what was closed. The closing itself goes on in the
 * engine whether or not anybody waits.
 */
import type { CommandReply } from '../core/dashboard.ts';
import { add, formatFixed, ZERO_NOTIONAL, type Notional } from '../core/money.ts';
import type { EngineControl } from '../core/ports/engine-control.ts';
import type { Timers } from '../core/ports/timers.ts';
import type { CloseAllResult } from './seed-schemas.ts';

const WAIT_MS = 8_000;

/** Resolves when every position that was open is closed, or after eight seconds with what is. */
export async function closeAllAndWait(control: EngineControl, timers: Timers): Promise<CloseAllResult> {
  const open = new Set(control.dashboard().positions.map((position) => position.positionId));
  let total: Notional = ZERO_NOTIONAL;
  let closed = 0;
  const result = (errors: readonly string[]): CloseAllResult => ({
    positions_closed: closed,
    total_pnl: formatFixed(total),
    errors,
  });

  return new Promise((resolve) => {
    let reply: CommandReply | null = null;
    const finish = (errors: readonly string[]): void => {
      stopListening();
      cancelWait();
      resolve(result(errors));
    };
    const stopListening = control.listen((message) => {
      if (message.kind !== 'event' || message.record.event.kind !== 'position.closed') return;
      const { event } = message.record;
      if (!open.delete(event.positionId)) return;
      closed += 1;
      total = add(total, event.realisedPnl);
      // Events may arrive inside the command call itself: the answer waits for its reply.
      if (open.size === 0 && reply !== null) finish([]);
    });
    const cancelWait = timers.after(WAIT_MS, () =>
      finish([...open].map((id) => `position ${id} is still closing; the engine goes on with it`)),
    );
    reply = control.command({ kind: 'closeAll' }, { actor: 'emergency', text: 'close-all', behaviour: null });
    if (open.size === 0) finish([]);
    else if (reply.outcome === 'refused')
      finish([reply.refusal?.explanation.what ?? 'The engine did not accept it.']);
  });
}
