// The standby connection on manual time: taken with one frame, replaced, never given away dead.
import { describe, expect, it } from 'vitest';
import {
  createScriptedStreams,
  type ScriptedStream,
  type ScriptedStreams,
} from '../testing/scripted-streams.ts';
import { createSettlingTimers, type SettlingTimers } from '../testing/settling-timers.ts';
import { createStandbyConnector, type StandbyConnector } from './standby.ts';

type Rig = {
  readonly timers: SettlingTimers;
  readonly streams: ScriptedStreams;
  readonly standby: StandbyConnector;
  readonly heard: string[];
  readonly connect: () => void;
  readonly last: () => ScriptedStream;
};

const URL = 'ws://streams.test/stream?streams=btcusdt@trade/%E5%B8%81usdt@trade';

async function rig(): Promise<Rig> {
  const timers = createSettlingTimers();
  const streams = createScriptedStreams();
  const standby = createStandbyConnector({
    connector: streams,
    timers,
    origin: 'ws://streams.test',
    pingEveryMs: 10_000,
  });
  const heard: string[] = [];
  const last = (): ScriptedStream => {
    const stream = streams.all.at(-1);
    if (stream === undefined) throw new Error('no connection yet');
    return stream;
  };
  standby.start();
  await timers.advance(2_000);
  last().open();
  return {
    timers,
    streams,
    standby,
    heard,
    last,
    connect: () =>
      void standby.connect(URL, {
        opened: () => void heard.push('opened'),
        message: (text) => void heard.push(text),
        alive: () => void heard.push('alive'),
        closed: (code) => void heard.push(`closed ${code}`),
      }),
  };
}

describe('the standby connection', () => {
  it('is taken with one subscription, and another is opened', async () => {
    const { timers, streams, heard, connect, last } = await rig();
    const [first] = streams.all;
    expect(first?.url).toBe('ws://streams.test/stream');
    connect();
    expect(heard).toEqual([]);
    expect(first?.sent.map((text) => JSON.parse(text) as unknown)).toEqual([
      { method: 'SUBSCRIBE', params: ['btcusdt@trade', '币usdt@trade'], id: 1 },
    ]);
    await timers.advance(2_000);
    first?.sayRaw('frame');
    first?.close(1006);
    expect(heard).toEqual(['opened', 'frame', 'closed 1006']);
    expect(streams.all).toHaveLength(2);
    expect(last().url).toBe('ws://streams.test/stream');
  });

  it('is not there yet, or any more: a connection is made as usual', async () => {
    const { streams, connect, last } = await rig();
    last().close(1006);
    connect();
    expect(last().url).toBe(URL);
    expect(streams.all).toHaveLength(2);
  });

  it('that answers no ping is replaced and not given away', async () => {
    const { timers, streams, connect, last } = await rig();
    await timers.advance(25_000);
    connect();
    expect(last().url).toBe(URL);
    await timers.advance(10_000);
    expect(streams.all[0]?.isClosed()).toBe(true);
  });

  it('is renewed after half an hour, so that a day is never exceeded in use', async () => {
    const { timers, streams } = await rig();
    for (let passed = 0; passed < 31 * 60_000; passed += 10_000) {
      await timers.advance(10_000);
      streams.all.at(-1)?.alive();
    }
    expect(streams.all[0]?.isClosed()).toBe(true);
    expect(streams.all).toHaveLength(2);
  });

  it('that is lost comes back, without hurry, until it is stopped', async () => {
    const { timers, streams, standby, last } = await rig();
    last().close(1006);
    await timers.advance(9_999);
    expect(streams.all).toHaveLength(1);
    await timers.advance(1);
    expect(streams.all).toHaveLength(2);
    standby.stop();
    expect(last().isClosed()).toBe(true);
    await timers.advance(60_000);
    expect(streams.all).toHaveLength(2);
  });
});
