/** How many messages of ours (orders and cancels) left in the last minute, by second: bounded, folded from the log. */

export type MessageCount = readonly { readonly second: number; readonly count: number }[];

const SECOND_MS = 1_000;
const SPAN_SECONDS = 60;

export function withMessage(messages: MessageCount, at: number): MessageCount {
  const second = Math.floor(at / SECOND_MS);
  const last = messages.at(-1);
  if (last?.second === second) return [...messages.slice(0, -1), { second, count: last.count + 1 }];
  // A clock that stepped back leaves seconds of the future behind: they are counted as now.
  const kept = messages.filter((slot) => Math.abs(second - slot.second) < SPAN_SECONDS);
  return [...kept, { second, count: 1 }];
}

/** Messages of the last minute. */
export function messagesWithin(messages: MessageCount, now: number): number {
  const second = Math.floor(now / SECOND_MS);
  let total = 0;
  for (const slot of messages) if (second - slot.second < SPAN_SECONDS) total += slot.count;
  return total;
}
