/**
 * Keeps settings and files in step: accepts the first limits, notices an edited file, lets what has waited
 * long enough take effect on a calm account, and answers `set`. Looked at on every tick; written by events.
 */
import type { Command, CommandOrigin } from '../core/commands.ts';
import type { DomainEvent } from '../core/events.ts';
import { refusal, type Refusal } from '../core/refusals.ts';
import { err, type Result } from '../core/result.ts';
import type { Rules } from '../core/rules.ts';
import { nearestWord } from '../core/nearest.ts';
import { minuteName } from '../core/time.ts';
import type { Kernel } from './kernel.ts';
import type { AccountKeeper } from './portfolio/service.ts';
import { recoveryAt } from './risk-engine/recovery.ts';
import {
  decideFirstLimits,
  decideLimits,
  decideMatured,
  decideSetting,
  pendingName,
  settingLines,
  type Decided,
  type SettingsSight,
  type WaitsFor,
} from './settings/decide-settings.ts';
import { ownSetting, ownSettings } from './settings/own-settings.ts';
import { readSetting, settingText } from './settings/setting-text.ts';
import type { Settings } from './settings/settings-state.ts';
import { latchAt } from './trading-state.ts';

export interface SettingsKeeper {
  /** For the start event's batch: figures that were never accepted. */
  firstLimits(): readonly DomainEvent[];
  look(): void;
  set(asked: Extract<Command, { readonly kind: 'set' }>, origin: CommandOrigin): Result<Decided, Refusal>;
  /** All settings as lines for a person. */
  lines(): readonly string[];
  waitsFor(): WaitsFor;
}

export function createSettingsKeeper(kernel: Kernel, keeper: AccountKeeper): SettingsKeeper {
  let seenRules: Rules | null = null;
  let seenSettings: Settings | null = null;

  const sight = (): SettingsSight => ({
    settings: kernel.state().settings,
    loaded: kernel.loadedRules(),
    tier: kernel.state().tier.tier,
    now: kernel.timers.now(),
  });

  const waitsFor = (): WaitsFor => {
    const { tilt, risk, trading } = kernel.state();
    if (tilt.interventions.level !== 'NORMAL' || tilt.interventions.lock !== null) return 'calm';
    const recovers = recoveryAt(risk.recovery, risk.peakEquity, keeper.equity(), kernel.rules.trading.risk);
    if (recovers !== null) return 'recovery';
    // A rest holds it as well, also one that the trader asked for: it is no time to loosen anything.
    const latch = latchAt(trading, kernel.timers.now());
    if (latch === null) return null;
    return latch.state === 'PAUSED' ? 'calm' : 'recovery';
  };

  return {
    waitsFor,
    firstLimits: () => decideFirstLimits(kernel.state().settings, kernel.loadedRules()),
    look(): void {
      // Waits are counted by the exchange's time, so nothing begins or ends before that is known.
      if (kernel.storeFailed() || kernel.state().account === null || !kernel.timers.isTrusted()) return;
      const { settings } = kernel.state();
      if (kernel.loadedRules() !== seenRules || settings !== seenSettings) {
        seenRules = kernel.loadedRules();
        kernel.commit(decideFirstLimits(settings, seenRules));
        kernel.commit(decideLimits(sight()));
        seenSettings = kernel.state().settings;
      }
      if (kernel.state().settings.pending.size > 0) kernel.commit(decideMatured(sight(), waitsFor()));
    },
    set(asked, origin) {
      const setting = asked.setting === null ? undefined : ownSetting(asked.setting);
      if (setting === undefined)
        return err(
          refusal('setting.unknown', {
            word: asked.setting,
            suggestion: nearestWord(
              asked.setting ?? '',
              ownSettings.map(({ name }) => name),
            ),
          }),
        );
      const figure = readSetting(setting, asked.value);
      if (figure === null)
        return err(refusal('setting.outOfRange', { setting: setting.name, value: asked.value.slice(0, 40) }));
      return decideSetting(sight(), { name: setting.name, figure }, origin.actor);
    },
    lines(): readonly string[] {
      const { pending } = kernel.state().settings;
      return [
        ...settingLines(sight()).map(
          ({ setting, value, most }) =>
            `${setting.name} ${settingText(setting, value)}: ${setting.words}; at most ${settingText(setting, most)}`,
        ),
        ...[...pending].map(
          ([name, { to, maturesAtMs }]) =>
            `waiting: ${pendingName(name)} to ${shown(name, to)}, not before ${minuteName(maturesAtMs)} UTC`,
        ),
      ];
    },
  };
}

/** A waiting value as a person reads it. */
export function shown(name: string, figure: string): string {
  const setting = ownSetting(name);
  return setting === undefined ? figure : settingText(setting, figure);
}
