// An order through the built-in exchange as a process, against a bare Fastify route that checks the same
// signature, each in a process of its own, asked in turn over one kept connection each. The budget is the
// issue's: at most 1.5 times. Run: node benches/server.bench.ts (needs dist: bin/genesis --version builds it).
import { createHmac } from 'node:crypto';
import { spawn, type ChildProcess } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { Agent, request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { BenchRow } from './bench-row.ts';

const ROUNDS = 9;
/** Under the exchange's 100 orders in 10 s of real clock: `order/test` passes every check and counts none. */
const REQUESTS = 300;
const PATH = '/api/v3/order/test';

type Side = {
  readonly origin: string;
  readonly apiKey: string;
  readonly secret: string;
  readonly agent: Agent;
};

const firstLine = async (child: ChildProcess): Promise<string> =>
  new Promise((settle, fail) => {
    let text = '';
    child.stdout?.on('data', (bytes) => {
      text += String(bytes);
      const end = text.indexOf('\n');
      if (end >= 0) settle(text.slice(0, end));
    });
    child.once('close', () => fail(new Error(`ended before its first line: ${text}`)));
  });

async function ask(side: Side): Promise<number> {
  const query =
    `symbol=BTCUSDT&side=BUY&type=LIMIT&timeInForce=GTC&quantity=0.001&price=100000.00&recvWindow=60000` +
    `&timestamp=${Date.now()}`;
  const signature = createHmac('sha256', side.secret).update(query).digest('hex');
  const startedAt = performance.now();
  return new Promise((settle, fail) => {
    const sent = request(
      `${side.origin}${PATH}?${query}&signature=${signature}`,
      { method: 'POST', agent: side.agent, headers: { 'x-mbx-apikey': side.apiKey } },
      (answer) => {
        let text = '';
        answer.on('data', (bytes) => (text += String(bytes)));
        answer.on('end', () =>
          answer.statusCode === 200
            ? settle(performance.now() - startedAt)
            : fail(new Error(`${String(answer.statusCode)} ${text}`)),
        );
      },
    );
    sent.once('error', fail);
    sent.end();
  });
}

const median = (values: readonly number[]): number =>
  values.toSorted((left, right) => left - right)[Math.floor(values.length / 2)] ?? Number.NaN;

export async function run(): Promise<BenchRow[]> {
  const folder = mkdtempSync(join(tmpdir(), 'genesis-server-bench-'));
  const exchange = spawn(
    process.execPath,
    [join(import.meta.dirname, '..', 'dist', 'main.js'), 'exchange', '--data-dir', folder, '--seed', '1'],
    { stdio: ['ignore', 'pipe', 'inherit'], env: { ...process.env, NODE_ENV: 'production' } },
  );
  const bare = spawn(process.execPath, [import.meta.filename, 'serve'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  try {
    const address = JSON.parse(await firstLine(exchange)) as {
      readonly rest: string;
      readonly accounts: readonly {
        readonly apiKey: string;
        readonly secret: string;
        readonly keyType: string;
      }[];
    };
    const account = address.accounts.find(({ keyType }) => keyType === 'HMAC');
    if (account === undefined) throw new Error('the exchange names an HMAC account');
    const keys = { apiKey: account.apiKey, secret: account.secret };
    const ours: Side = {
      origin: address.rest,
      ...keys,
      agent: new Agent({ keepAlive: true, maxSockets: 1 }),
    };
    const theirs: Side = {
      origin: await firstLine(bare),
      apiKey: 'key',
      secret: 'secret',
      agent: new Agent({ keepAlive: true, maxSockets: 1 }),
    };
    const figures: { readonly ours: number; readonly theirs: number }[] = [];
    for (let round = -1; round < ROUNDS; round += 1) {
      const both: number[][] = [];
      for (const side of [ours, theirs]) {
        const times: number[] = [];
        for (let count = 0; count < REQUESTS; count += 1) times.push(await ask(side));
        both.push(times);
      }
      if (round >= 0) figures.push({ ours: median(both[0] ?? []), theirs: median(both[1] ?? []) });
    }
    ours.agent.destroy();
    theirs.agent.destroy();
    const ratio = median(figures.map((each) => each.ours / each.theirs));
    return [
      {
        name: 'order checked by the exchange, round trip, against bare Fastify with the signature',
        value: Math.round(median(figures.map((each) => each.ours)) * 1_000),
        unit: 'us, median',
        yardstick: Math.round(median(figures.map((each) => each.theirs)) * 1_000),
        ratio: Math.round(ratio * 100) / 100,
        budget: 'at most 1.5 times the yardstick',
        within: ratio <= 1.5,
      },
    ];
  } finally {
    exchange.kill();
    bare.kill();
    await new Promise((settle) => setTimeout(settle, 300));
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  }
}

async function serve(): Promise<void> {
  const { fastify } = await import('fastify');
  const app = fastify();
  app.post(PATH, (call, reply) => {
    const text = call.url.slice(call.url.indexOf('?') + 1);
    const at = text.lastIndexOf('&signature=');
    const expected = createHmac('sha256', 'secret').update(text.slice(0, at)).digest('hex');
    return text.slice(at + 11) === expected ? reply.send({}) : reply.code(400).send({ code: -1022 });
  });
  process.stdout.write(`${await app.listen({ port: 0, host: '127.0.0.1' })}\n`);
}

if (import.meta.main) {
  if (process.argv[2] === 'serve') await serve();
  else for (const row of await run()) process.stdout.write(`${JSON.stringify(row)}\n`);
}
