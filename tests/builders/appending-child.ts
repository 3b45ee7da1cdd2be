/** A process to be killed: appends batches to the store in its first argument, and says each head once it is durable. */
import { writeSync } from 'node:fs';
import type { Synchronous } from '../../src/data/event-log/sqlite-connection.ts';
import { accountOpened, createEventMaker, orderFilled, orderIntended } from './new-events.ts';
import { createStoreFolder } from './store-folder.ts';

const [root, synchronous] = process.argv.slice(2);
const log = createStoreFolder(root).mustOpen({ synchronous: synchronous as Synchronous });
let number = log.head().sequence;
const make = createEventMaker(number * 3 + 1);
if (number === 0) log.append([make(accountOpened())]);
for (;;) {
  number += 1;
  const batch = [
    make(orderIntended(number)),
    make(orderFilled(number)),
    make(orderFilled(number, { tradeId: number + 1 })),
  ];
  log.append(batch.slice(0, 1 + (number % 3)));
  writeSync(1, `${log.head().sequence}\n`);
}
