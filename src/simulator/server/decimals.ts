/** Numbers the way the exchange writes them: always eight places, never an exponent. */
import { DECIMALS } from '../../core/money.ts';

const ZEROS = '00000000';

/** `1.50000000`; exact, for any amount at 10⁻⁸. */
export function eightPlaces(value: bigint): string {
  if (value < 0n) return `-${eightPlaces(-value)}`;
  const digits = value.toString();
  const length = digits.length;
  if (length <= DECIMALS) return `0.${ZEROS.slice(length)}${digits}`;
  return `${digits.slice(0, length - DECIMALS)}.${digits.slice(length - DECIMALS)}`;
}

/** Hundredths of a basis point as the exchange's rate text: 1,000 is `0.00100000`. */
export function rate(hundredthsOfBps: number): string {
  return eightPlaces(BigInt(hundredthsOfBps) * 100n);
}

/** Basis points of one as the shortest multiplier: 50,000 is `5`, 2,000 is `0.2`. */
export function multiplier(basisPoints: number): string {
  return String(basisPoints / 10_000);
}

/** part ÷ whole in percent with three places, rounded towards zero; `0.000` when whole is 0. */
export function percent(part: bigint, whole: bigint): string {
  if (whole === 0n) return '0.000';
  const thousandths = (part * 100_000n) / whole;
  const negative = thousandths < 0n;
  const digits = (negative ? -thousandths : thousandths).toString().padStart(4, '0');
  return `${negative ? '-' : ''}${digits.slice(0, -3)}.${digits.slice(-3)}`;
}
