import { describe, expect, it } from 'vitest';
import { openPosition, readyRig } from '../../tests/builders/engine.ts';
import { testRules } from '../../tests/builders/rules.ts';
import { MINUTE_MS } from '../core/time.ts';
import { detectorJudge } from '../tilt/judge.ts';
import { formatLogLine } from '../tilt-evaluation/log/format-line.ts';
import { createLogEvaluation, type SessionVerdict } from '../tilt-evaluation/log/log-evaluation.ts';
import { behaviourLines } from './behaviour-log.ts';

describe('one’s own behaviour log', () => {
  it('comes from the events of a real engine and reads back without a broken line', () => {
    const rig = readyRig();
    const keys = { count: 14, errors: 1, pastes: 0, durationMs: 4_000 };
    rig.engine.action({ action: 'keys', symbol: null, figures: keys });
    openPosition(rig);
    for (let session = 0; session < 2; session += 1) {
      rig.wait(31 * MINUTE_MS);
      rig.engine.action({ action: 'view', symbol: null, figures: { name: 'tilt' } });
      rig.engine.action({ action: 'keys', symbol: null, figures: keys });
    }
    const lines = [...behaviourLines(rig.log.read(1))];
    expect(new Set(lines.map(({ session }) => session)).size).toBe(3);
    expect(lines.map(({ fact }) => fact.type)).toEqual(
      expect.arrayContaining(['session.start', 'keys', 'order', 'fill']),
    );
    expect(lines.every(({ t }, index) => t >= (lines[index - 1]?.t ?? 0))).toBe(true);

    const verdicts: SessionVerdict[] = [];
    const evaluation = createLogEvaluation(detectorJudge(testRules().trading.tilt), (verdict) =>
      verdicts.push(verdict),
    );
    const text = lines.map((line) => formatLogLine(line, null));
    text.forEach((line, index) => evaluation.line(line, index + 1));
    evaluation.end();
    expect(evaluation.counts.broken).toBe(0);
    expect(verdicts).toHaveLength(3);
    const announced = Math.max(0, ...rig.eventsOf('tilt.scored').map(({ score }) => score));
    expect(Math.max(...verdicts.map(({ maxScore }) => maxScore))).toBeGreaterThanOrEqual(announced);
  });

  it('names the trader by nothing that leads to the account', () => {
    const rig = readyRig();
    openPosition(rig);
    const text = [...behaviourLines(rig.log.read(1))].map((line) => formatLogLine(line, null)).join('\n');
    expect(text).not.toContain(rig.engine.dashboard().account.accountId);
    expect(text).toMatch(/"trader":"t[0-9a-f]{12}"/);
  });
});
