/**
 * What follows from a wish to change a setting, from an edited file, and from time (domain rules, "Tilt"):
 * tightening is immediate, loosening waits and never matures while the trader is tilted or the account
 * in drawdown protection. Each attempt is an event with its direction.
 */
import type { DomainEvent } from '../../core/events.ts';
import { refusal, type Refusal } from '../../core/refusals.ts';
import { err, ok, type Result } from '../../core/result.ts';
import type { RiskRules, Rules } from '../../core/rules.ts';
import type { Actor, Tier } from '../../core/vocabulary.ts';
import { acceptedRules, effectiveRules } from './effective-rules.ts';
import { compareFigures, figureAt, isLooser, limitOf, limitPathsOf, NONE } from './limit-paths.ts';
import { mostOf, ownSetting, ownSettings, pathFor, type OwnSetting } from './own-settings.ts';
import { settingText, type Wish } from './setting-text.ts';
import type { Settings } from './settings-state.ts';

export type SettingsSight = {
  readonly settings: Settings;
  /** As the files say. */
  readonly loaded: Rules;
  readonly tier: Tier;
  readonly now: number;
};

export type Decided = { readonly events: readonly DomainEvent[]; readonly lines: readonly string[] };

/** `set NAME VALUE`. */
export function decideSetting(sight: SettingsSight, wish: Wish, actor: Actor): Result<Decided, Refusal> {
  const { settings, loaded, tier, now } = sight;
  const setting = ownSetting(wish.name);
  if (setting === undefined)
    return err(
      refusal('setting.unknown', {
        word: wish.name,
        suggestion: ownSettings.map(({ name }) => name).join(', '),
      }),
    );
  const rules = effectiveRules(loaded, settings);
  const most = mostOf(setting, acceptedRules(loaded, settings), tier);
  const from = figureAt(rules, pathFor(setting, tier));
  const to = wish.figure;
  const shown = (figure: string): string => settingText(setting, figure);
  if (compareFigures(to, setting.least) < 0 || compareFigures(to, most) > 0)
    return err(
      refusal('setting.outOfRange', {
        setting: setting.name,
        value: shown(to),
        minimum: shown(setting.least),
        maximum: shown(most),
      }),
    );
  const pending = settings.pending.get(setting.name);
  if (compareFigures(to, from) === 0 && pending === undefined)
    return err(refusal('setting.unchanged', { setting: setting.name, value: shown(to) }));
  if (compareFigures(to, from) <= 0) {
    const reason = 'asked by the trader';
    const change: DomainEvent = {
      kind: 'setting.applied',
      setting: setting.name,
      direction: 'tighten',
      from,
      to,
      reason,
    };
    return ok({ events: [change], lines: [`${setting.name} is ${shown(to)} from now on`] });
  }
  const waitMs = waitOf(setting.isLossLimit, rules.trading.risk);
  return ok({
    events: [
      {
        kind: 'setting.requested',
        setting: setting.name,
        direction: 'loosen',
        from,
        to,
        actor,
        maturesAtMs: now + waitMs,
      },
    ],
    lines: [
      `${setting.name} stays ${shown(from)}; ${shown(to)} comes in ${waitMs / 3_600_000} h, on a calm account`,
    ],
  });
}

function waitOf(isLossLimit: boolean, rules: RiskRules): number {
  return isLossLimit ? rules.loosenLossWaitMs : rules.loosenWaitMs;
}

/** At the first start, and for figures that are new: what the files say is accepted as it is. */
export function decideFirstLimits(settings: Settings, loaded: Rules): readonly DomainEvent[] {
  const limits: Record<string, string> = {};
  for (const { path } of limitPathsOf(loaded, settings.accepted)) {
    const figure = figureAt(loaded, path);
    if (figure !== NONE && !settings.accepted.has(path)) limits[path] = figure;
  }
  if (Object.keys(limits).length === 0) return [];
  return [{ kind: 'limits.accepted', configHash: loaded.configHash, limits }];
}

/** What the files say now against what was accepted: tighter at once, looser after a wait, undone when taken back. */
export function decideLimits(sight: SettingsSight): readonly DomainEvent[] {
  const { settings, loaded, now } = sight;
  const events: DomainEvent[] = [];
  const { risk } = effectiveRules(loaded, settings).trading;
  for (const limit of limitPathsOf(loaded, settings.accepted)) {
    const { path } = limit;
    const read = figureAt(loaded, path);
    const held = settings.accepted.get(path);
    if (held === undefined) continue;
    const pending = settings.pending.get(path);
    if (isLooser(limit, held, read)) {
      if (pending !== undefined && pending.to === read) continue;
      const maturesAtMs = now + waitOf(limit.isLossLimit, risk);
      events.push({
        kind: 'setting.requested',
        setting: path,
        direction: 'loosen',
        from: held,
        to: read,
        actor: 'system',
        maturesAtMs,
      });
      continue;
    }
    if (pending !== undefined)
      events.push({
        kind: 'setting.withdrawn',
        setting: path,
        to: pending.to,
        reason: 'the file was changed back',
      });
    if (read !== held)
      events.push({
        kind: 'setting.applied',
        setting: path,
        direction: 'tighten',
        from: held,
        to: read,
        reason: 'the file says so',
      });
  }
  return events;
}

/** What keeps a loosening from maturing although its time is over; null when nothing does. */
export type WaitsFor = 'calm' | 'recovery' | null;

/** Loosenings whose wait is over, on a calm account. */
export function decideMatured(sight: SettingsSight, waitsFor: WaitsFor): readonly DomainEvent[] {
  if (waitsFor !== null) return [];
  const events: DomainEvent[] = [];
  for (const [setting, { from, to, maturesAtMs }] of sight.settings.pending) {
    // Written so that a time that is not a number matures nothing.
    if (!(sight.now >= maturesAtMs)) continue;
    events.push({
      kind: 'setting.applied',
      setting,
      direction: 'loosen',
      from,
      to,
      reason: 'its wait is over',
    });
  }
  return events;
}

/** A setting as `settings` lists it. */
export type SettingLine = {
  readonly setting: OwnSetting;
  readonly value: string;
  readonly most: string;
};

export function settingLines({ settings, loaded, tier }: Omit<SettingsSight, 'now'>): readonly SettingLine[] {
  const rules = effectiveRules(loaded, settings);
  return ownSettings.map((setting) => ({
    setting,
    value: figureAt(rules, pathFor(setting, tier)),
    most: mostOf(setting, acceptedRules(loaded, settings), tier),
  }));
}

/** What a pending change is called on screen: its own name, or the end of its place in the files. */
export function pendingName(name: string): string {
  return limitOf(name) === undefined ? name : name.replace(/^(?:trading|tierGates)\./, '');
}
