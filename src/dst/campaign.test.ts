import { describe, expect, it } from 'vitest';
import { compareRuns, createCampaign, type WorldSummary } from './campaign.ts';

const world = (seed: number, change: Partial<WorldSummary> = {}): WorldSummary => ({
  seed,
  violations: [],
  faultsFired: { 'net.reset': 1 },
  traceHash: `trace ${seed}`,
  lines: [],
  virtualMs: 10,
  events: 1,
  orders: 1,
  fills: 1,
  acceptedUnanswered: 1,
  ...change,
});

describe('a campaign of seeds', () => {
  it('adds up faults and names what replays a finding', () => {
    const campaign = createCampaign((seed) => `replay ${seed}`);
    campaign.add(world(1));
    campaign.add(world(2, { violations: [{ invariant: '5', detail: 'twice', atMs: 3 }] }));
    expect(campaign.summary(7)).toMatchObject({
      seeds: 2,
      violations: [{ seed: 2, invariant: '5', replay: 'replay 2' }],
      faultsFired: { 'net.reset': 2 },
      elapsedMs: 7,
      acceptedUnanswered: 2,
    });
  });

  it('has one trace hash, whatever order its worlds came in', () => {
    const hashOf = (...seeds: readonly number[]): string => {
      const campaign = createCampaign(String);
      for (const seed of seeds) campaign.add(world(seed));
      return campaign.summary(0).traceHash;
    };
    expect(hashOf(1, 2, 3)).toBe(hashOf(3, 1, 2));
    expect(hashOf(1, 2, 3)).not.toBe(hashOf(1, 2));
  });

  it('finds a seed that does not do the same twice', () => {
    expect(compareRuns(world(1), world(1)).violations).toEqual([]);
    const [found] = compareRuns(world(1), world(1, { traceHash: 'other' })).violations;
    expect(found?.invariant).toBe('determinism');
  });
});
