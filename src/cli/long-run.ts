/** What long commands share: a progress line for who watches, and an end that was asked for. */

export interface Signals {
  asked(): boolean;
  end(): void;
}

/** Asked once: the command ends by itself with what there is. Asked twice: at once. */
export function watchSignals(): Signals {
  let times = 0;
  const onSignal = (): void => {
    times += 1;
    if (times > 1) process.exit(130);
  };
  process.on('SIGINT', onSignal);
  process.on('SIGTERM', onSignal);
  // Whoever read the output had enough: `… | head`.
  process.stdout.once('error', () => process.exit(128 + 13));
  return {
    asked: () => times > 0,
    end(): void {
      process.off('SIGINT', onSignal);
      process.off('SIGTERM', onSignal);
    },
  };
}

const PROGRESS_EVERY_MS = 250;

/** On standard error, and only on a terminal. */
export function createProgressLine(): { tell(words: () => string): void; end(): void } {
  const shown = process.stderr.isTTY;
  let toldAt = 0;
  return {
    tell(words): void {
      const now = performance.now();
      if (!shown || now - toldAt < PROGRESS_EVERY_MS) return;
      toldAt = now;
      process.stderr.write(`\r\u001B[K${words()}`);
    },
    end(): void {
      if (shown && toldAt > 0) process.stderr.write('\r\u001B[K');
    },
  };
}
