/** Values of settings as a person writes and reads them: `1.5%`, `$300`, `3`; inside they are exact figures. */
import { formatFixed, parseFixed, type Notional } from '../../core/money.ts';
import { percentOfBps } from '../../core/explain-figures.ts';
import type { OwnSetting } from './own-settings.ts';

export type Wish = { readonly name: string; readonly figure: string };

const BPS_PER_PERCENT = 1_000_000n;

/** The figure behind what was typed for this setting; null when it does not read. Never rounds. */
export function readSetting(setting: OwnSetting, text: string): string | null {
  const bare = text.trim().replaceAll(' ', '').toLowerCase();
  switch (setting.unit) {
    case 'percent': {
      const parsed = parseFixed<Notional>(bare.replace(/%$/, ''));
      if (!parsed.ok || parsed.value % BPS_PER_PERCENT !== 0n || parsed.value < 0n) return null;
      return (parsed.value / BPS_PER_PERCENT).toString();
    }
    case 'usd': {
      const parsed = parseFixed<Notional>(bare.replace(/^\$/, '').replace(/(?:usdt|usd|u)$/, ''));
      return parsed.ok && parsed.value > 0n ? `$${formatFixed(parsed.value)}` : null;
    }
    case 'count':
      return /^\d{1,6}$/.test(bare) ? String(Number.parseInt(bare, 10)) : null;
  }
}

export function settingText(setting: Pick<OwnSetting, 'unit'>, figure: string): string {
  return setting.unit === 'percent' ? percentOfBps(Number.parseInt(figure, 10)) : figure;
}
