/**
 * What binds now: the files' figures, each no looser than it was when last accepted, with the trader's own
 * tighter values laid over them. Pure; kept by identity, because every admission asks.
 */
import type { Rules } from '../../core/rules.ts';
import { figureAt, isLooser, limitPathsOf, withFigure } from './limit-paths.ts';
import { ownSetting, withOwn } from './own-settings.ts';
import type { Settings } from './settings-state.ts';

/** The files' rules where loosened figures stay as they were accepted. */
export function acceptedRules(loaded: Rules, settings: Pick<Settings, 'accepted'>): Rules {
  let rules = loaded;
  for (const limit of limitPathsOf(loaded, settings.accepted)) {
    const held = settings.accepted.get(limit.path);
    if (held !== undefined && isLooser(limit, held, figureAt(loaded, limit.path)))
      rules = withFigure(rules, limit.path, held);
  }
  return rules;
}

export function effectiveRules(loaded: Rules, settings: Settings): Rules {
  let rules = acceptedRules(loaded, settings);
  for (const [name, value] of settings.own) {
    const setting = ownSetting(name);
    if (setting !== undefined) rules = withOwn(rules, setting, value);
  }
  return rules;
}

/** Effective rules, worked out anew only when the files or the settings have changed. */
export function createEffectiveRules(): (loaded: Rules, settings: Settings) => Rules {
  let lastLoaded: Rules | null = null;
  let lastSettings: Settings | null = null;
  let rules: Rules | null = null;
  return (loaded, settings) => {
    if (rules === null || loaded !== lastLoaded || settings !== lastSettings) {
      rules =
        settings.accepted.size === 0 && settings.own.size === 0 ? loaded : effectiveRules(loaded, settings);
      lastLoaded = loaded;
      lastSettings = settings;
    }
    return rules;
  };
}
