/** Generated behaviour as lines of the behaviour log, labelled, one session after the other. */
import { createHistory, type PlannedSession } from '../generator/history.ts';
import type { Split } from '../generator/archetypes.ts';
import { formatLogLine } from './format-line.ts';

export type GeneratedLogRequest = {
  readonly split: Split;
  readonly fromSeed: number;
  readonly seeds: number;
  readonly traders: number;
  readonly contaminated: boolean;
};

/** The text of one session at a time, lines ended. */
export function* generatedLog(request: GeneratedLogRequest): Generator<string, void, undefined> {
  const { split, fromSeed, seeds, traders, contaminated } = request;
  for (let seed = fromSeed; seed < fromSeed + seeds; seed += 1) {
    for (let index = 0; index < traders; index += 1) {
      const history = createHistory(seed, index, split);
      for (const session of history.sessions) {
        const plan = (contaminated ? session.contaminated : null) ?? session.plan;
        const { events, onsetMs } = history.play(plan);
        const label = labelOf(session, plan);
        const lines = events.map((event) => {
          const starts = event.fact.type === 'session.start';
          const line = {
            ...event,
            trader: history.trader.name,
            session: plan.session,
            label: starts ? label : null,
          };
          return formatLogLine(line, starts ? onsetMs : null);
        });
        yield `${lines.join('\n')}\n`;
      }
    }
  }
}

function labelOf({ role }: PlannedSession, plan: PlannedSession['plan']): string {
  const market = plan.market === 'stressed' ? ', stressed market' : '';
  return `${role === 'learning' ? 'learning, ' : ''}${plan.archetype}${market}`;
}
