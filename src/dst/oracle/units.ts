/** The oracle's own arithmetic: amounts as whole units of 10⁻⁸, read from text. Shares nothing with the engine. */
const SCALE = 100_000_000n;

/** `1.5` → 150000000n. Throws on anything but a plain decimal of at most eight places. */
export function units(text: string): bigint {
  const match = /^(-?)(\d+)(?:\.(\d{1,8}))?$/.exec(text);
  if (match === null) throw new Error(`not a plain decimal: ${text}`);
  const whole = BigInt(match[2] ?? '0') * SCALE + BigInt((match[3] ?? '').padEnd(8, '0'));
  return match[1] === '-' ? -whole : whole;
}

/** Units of text that may be missing. */
export function unitsOrNull(text: unknown): bigint | null {
  return typeof text === 'string' ? units(text) : null;
}

/** Price × quantity, rounded down. Both are positive here. */
export function worth(price: bigint, quantity: bigint): bigint {
  return (price * quantity) / SCALE;
}

/** For messages. */
export function decimal(value: bigint): string {
  const magnitude = (value < 0n ? -value : value).toString().padStart(9, '0');
  return `${value < 0n ? '-' : ''}${magnitude.slice(0, -8)}.${magnitude.slice(-8)}`;
}
