/** Why an engine could not start, in three calm sentences per reason: what, why it is all right, what next. */
import type { ConfigProblem } from '../config/config-problem.ts';

type Words = readonly [what: string, why: string, next: string];

const words: Readonly<Record<string, (detail: string) => Words>> = {
  'lock.held': (detail) => [
    `Another engine already works in this data folder (${holder(detail)}).`,
    'Only one may write there, so nothing was touched and its positions and stops are as they were.',
    'Use it with `genesis`, stop it first, or give this one a folder of its own with --data-dir.',
  ],
  'store.wrongKey': () => [
    'The store does not open with this key.',
    'It is encrypted and nothing in it was changed.',
    'Check GENESIS_DB_KEY, or unset it to use the key file in the state folder.',
  ],
  'store.rolledBack': (detail) => [
    `The store is older than its anchor says (${detail}).`,
    'Nothing was written: somebody put an earlier copy in place, or the file was lost. The exchange still holds your stops.',
    'Put the newest copy back, or restore a backup with `genesis restore`.',
  ],
  'dataDir.otherMode': (detail) => [
    `${detail}.`,
    'Paper and real money never share a folder, so nothing was started.',
    'Use --data-dir with a folder for this mode.',
  ],
  'keys.missing': (detail) => [
    `No exchange keys are set for ${detail} trading.`,
    'Nothing was sent anywhere.',
    `Set GENESIS_${detail.toUpperCase()}_API_KEY and GENESIS_${detail.toUpperCase()}_API_SECRET, or use --mode paper, which needs none.`,
  ],
  'api.portInUse': (detail) => [
    `Port ${detail} is in use by another program.`,
    'Nothing was started.',
    'Choose another with --port, or leave it out to take a free one.',
  ],
  'exchange.didNotStart': (detail) => [
    `The built-in exchange did not start: ${detail}.`,
    'Nothing was traded; the account is as it was.',
    'Look into logs/exchange.log in the data folder, then try again.',
  ],
  'exchange.notReadable': (detail) => [
    `No exchange is described in ${detail}.`,
    'Nothing was started.',
    'Give --exchange-file the JSON line that `genesis exchange` printed, saved to a file.',
  ],
};

/** The sentences for a reason; an unknown reason is named as it is. */
export function startFailureWords(code: string, detail: string): Words {
  const [what, why, next] = detail.split('\n');
  if (code === 'exchange.said' && what !== undefined && why !== undefined && next !== undefined)
    return [what, why, next];
  const say = words[code];
  if (say !== undefined) return say(detail);
  if (code.startsWith('store.')) {
    return [
      `The store cannot be opened: ${detail} (${code}).`,
      'Nothing was changed in it; your stops are at the exchange.',
      'Restore a backup with `genesis restore`, or ask `genesis verify` what is damaged.',
    ];
  }
  return [
    `The engine could not start: ${detail} (${code}).`,
    'Nothing was sent to the exchange.',
    'Mend what is named above and start it again.',
  ];
}

/** Every problem of the configuration at once, one line each. */
export function configProblemLines(problems: readonly ConfigProblem[]): readonly string[] {
  const count = problems.length === 1 ? 'one setting' : `${problems.length} settings`;
  return [
    `The engine did not start: ${count} cannot be used.`,
    'Nothing was changed or sent.',
    ...problems.map((problem) => {
      const place = [problem.file, problem.line === null ? null : `line ${problem.line}`, problem.path]
        .filter((part) => part !== null && part !== '')
        .join(', ');
      const help = [
        problem.allowed === null ? null : `allowed: ${problem.allowed}`,
        problem.nearest === null ? null : `did you mean ${problem.nearest}?`,
      ]
        .filter((part) => part !== null)
        .join('; ');
      return `  ${place}: ${problem.problem}${help === '' ? '' : ` (${help})`}`;
    }),
    'Mend these and start it again.',
  ];
}

function holder(detail: string): string {
  try {
    const known = JSON.parse(detail) as { readonly pid: number; readonly startedAt: number } | null;
    return known === null
      ? 'just starting'
      : `process ${known.pid}, since ${new Date(known.startedAt).toISOString().slice(0, 19).replace('T', ' ')} UTC`;
  } catch {
    return 'unknown process';
  }
}
