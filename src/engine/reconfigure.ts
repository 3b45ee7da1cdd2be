/** The configuration read again while the engine runs: new rules for the kernel, and the words for the trader. */
import type { Notice } from '../core/dashboard.ts';
import type { Result } from '../core/result.ts';
import type { Rules } from '../core/rules.ts';
import { readOnlyReason } from './integrity.ts';
import type { Kernel } from './kernel.ts';
import type { SettingsKeeper } from './settings-keeper.ts';

/**
 * A file edited under the engine's eyes is tamed already (what is looser waits), so the next start need not ask
 * about it; one that was not accepted at this start stays that way.
 */
function acceptRead(kernel: Kernel, configHash: string): void {
  const { integrity } = kernel.state();
  if (integrity.running === null || readOnlyReason(integrity) !== null || kernel.storeFailed()) return;
  kernel.commit([{ kind: 'engine.changeAccepted', codeHash: integrity.running.codeHash, configHash }]);
}

/** What the gateway or the memory of the market is built from: everything else is read where it is used. */
const ofTheNextStart: readonly (readonly [name: string, figure: (rules: Rules) => unknown])[] = [
  ['market.watch', ({ trading }) => trading.market.watch.join(' ')],
  ['execution.recvWindowMs', ({ trading }) => trading.execution.recvWindowMs],
  ['risk.correlationSampleMs', ({ trading }) => trading.risk.correlationSampleMs],
  ['risk.correlationSamplesMax', ({ trading }) => trading.risk.correlationSamplesMax],
];

function waitingForStart(before: Rules, after: Rules): string {
  const names = ofTheNextStart.filter(([, figure]) => figure(before) !== figure(after)).map(([name]) => name);
  return names.length === 0 ? '' : `; ${names.join(', ')} is taken up by the next start`;
}

export type ConfigRead = Result<Rules, readonly string[]>;

/** Takes rules that hold together; a file that does not changes nothing, and all of its problems are said. */
export function reconfigure(kernel: Kernel, settings: SettingsKeeper, read: ConfigRead): Notice | null {
  const at = kernel.timers.now();
  const notice = (tone: Notice['tone'], text: string): Notice => ({
    at,
    tone,
    text,
    commandId: null,
    done: false,
  });
  if (!read.ok)
    return notice(
      'caution',
      `the configuration was edited and does not hold together, so the old one stays: ${read.error.join('; ')}`,
    );
  const before = kernel.loadedRules();
  if (read.value.configHash === before.configHash) return null;
  kernel.setRules(read.value);
  settings.look();
  acceptRead(kernel, read.value.configHash);
  return notice(
    'plain',
    `the configuration was read again: what is tighter binds now, what is looser waits; settings shows it${waitingForStart(before, read.value)}`,
  );
}
