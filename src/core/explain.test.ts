// The explanations a refusal turns into: complete, calm, and whole with or without figures.
import { describe, expect, test } from 'vitest';
import { explanationTemplates, unreadableTemplates } from './explain-catalogue.ts';
import { explain, figureNames, fillTemplate } from './explain.ts';
import {
  clockOfMs,
  dollars,
  durationOfMs,
  figureText,
  momentOfMs,
  percentOfBps,
  signedDollars,
} from './explain-figures.ts';
import type { Figures } from './events.ts';
import { refusal, refusalCodes, type RefusalCode } from './refusals.ts';

const sample = (name: string): string | number => {
  if (name.endsWith('Bps')) return 500;
  if (name.endsWith('Ms')) return 1_795_442_531_000;
  return 'btc';
};

const every: readonly (readonly [string, RefusalCode, Figures])[] = [
  ...refusalCodes.map((code) => [code, code, {}] as const),
  ...Object.keys(unreadableTemplates).map(
    (problem) => [`unreadable: ${problem}`, 'command.unreadable' as const, { problem }] as const,
  ),
];

describe('every refusal has calm sentences', () => {
  test.each(every)('%s', (_name, code, figures) => {
    const template =
      code === 'command.unreadable' && typeof figures['problem'] === 'string'
        ? unreadableTemplates[figures['problem'] as keyof typeof unreadableTemplates]
        : explanationTemplates[code];
    const full: Figures = {
      ...Object.fromEntries(figureNames(template).map((name) => [name, sample(name)])),
      ...figures,
    };
    for (const given of [full, figures]) {
      for (const sentence of Object.values(explain(refusal(code, given)))) {
        expect(sentence).not.toBe('');
        expect(sentence).not.toMatch(
          /[![\]{}]|ERROR|\berror\b|\bfail|invalid|illegal|wrong|you should have|tilting/i,
        );
        expect(sentence).not.toMatch(/ {2}| \.|undefined|null|NaN/);
        expect(sentence.length).toBeLessThan(200);
      }
    }
    expect(JSON.stringify(explain(refusal(code, full)))).not.toContain('unknown');
  });
});

test('the figures of a refusal appear in its sentence', () => {
  const explained = explain(
    refusal('risk.positionValue', { shareBps: 500, limit: '25.00', minimum: '10.00', equity: '500.00' }),
  );
  expect(explained.what).toBe(
    'One position holds a limited part of your equity: 5 %, which leaves $25 here.',
  );
});

test('an optional part goes when one of its figures is missing', () => {
  expect(fillTemplate('Paused[ until {untilMs}][: {reason}].', { reason: 'a break' })).toBe(
    'Paused: a break.',
  );
  expect(fillTemplate('Paused[ until {untilMs}][: {reason}].', {})).toBe('Paused.');
});

test('of several parts the first whole one is taken', () => {
  expect(fillTemplate('[“{word}”|{symbol}|This pair] is not traded.', { symbol: 'XUSDT' })).toBe(
    'XUSDT is not traded.',
  );
  expect(fillTemplate('[“{word}”|{symbol}|This pair] is not traded.', {})).toBe('This pair is not traded.');
});

test('a figure cannot smuggle a template into a sentence', () => {
  expect(explain(refusal('command.unreadable', { problem: '__proto__' })).what).toBe(
    'The line could not be read as a command.',
  );
  expect(fillTemplate('[{word}]', { word: '$& [x] ok' })).toBe('$& [x] ok');
  expect(fillTemplate('[{word}] {word}', { word: '{reason}', reason: 'x' })).toBe('{reason} {reason}');
});

describe('figures', () => {
  test.each([
    ['25', '$25'],
    ['25.5', '$25.50'],
    ['-0.02', '-$0.02'],
    ['1234567.891', '$1,234,567.89'],
    ['0.0004', '$0.0004'],
    ['0', '$0'],
    ['n/a', 'n/a'],
  ])('%s dollars is written %s', (text, shown) => expect(dollars(text)).toBe(shown));
  test.each([
    ['1.24', '+$1.24'],
    ['-0.02', '-$0.02'],
    ['0.001', '$0.00'],
    ['-0.001', '$0.00'],
    ['1500', '+$1,500.00'],
  ])('profit of %s is written %s', (text, shown) => expect(signedDollars(text)).toBe(shown));
  test.each([
    [500, '5 %'],
    [25, '0.25 %'],
    [0, '0 %'],
    [1550, '15.5 %'],
  ])('%d bps is %s', (bps, shown) => expect(percentOfBps(bps)).toBe(shown));
  test.each([
    [0, '0 s'],
    [430, '0.4 s'],
    [9_999, '9.9 s'],
    [12_000, '12 s'],
    [600_000, '10 min'],
    [7_500_000, '2 h 5 min'],
    [86_400_000, '1 d'],
  ])('%d ms is %s', (ms, shown) => expect(durationOfMs(ms)).toBe(shown));
  test('moments are UTC', () => {
    expect(clockOfMs(Date.UTC(2026, 10, 23, 14, 2, 11))).toBe('14:02:11');
    expect(momentOfMs(Date.UTC(2026, 10, 23, 14, 2, 11))).toBe('14:02 UTC on 2026-11-23');
    expect(momentOfMs(Number.POSITIVE_INFINITY)).toBe('Infinity');
  });
  test('the unit comes from the end of the name', () => {
    expect(figureText('limit', '25', 'usd')).toBe('$25');
    expect(figureText('untilMs', Date.UTC(2026, 0, 1))).toBe('00:00 UTC on 2026-01-01');
    expect(figureText('ageMs', 2_400)).toBe('2.4 s');
    expect(figureText('symbol', 'BTCUSDT')).toBe('BTCUSDT');
    expect(figureText('symbol', null)).toBeNull();
  });
});
