/**
 * A command as the line that would give it: `parseCommand(printCommand(c))` is `c` again. Used by
 * confirmations, history and buttons that stand for a line.
 */
import { resolveSymbol, type GrammarContext } from '../../src/core/command-grammar-errors.ts';
import type { Command, CommandAmount, EntryTerms } from '../../src/core/commands.ts';
import { unreachable } from '../../src/core/invariant.ts';
import { formatFixed } from '../../src/core/money.ts';
import { DAY_MS, HOUR_MS, MINUTE_MS } from '../../src/core/time.ts';

/** The canonical line of a command; pairs are written as short as the context allows. */
export function printCommand(command: Command, context: GrammarContext): string {
  const pair = (symbol: string): string => shortSymbol(symbol, context);
  switch (command.kind) {
    case 'buy':
      return `buy ${printAmount(command.amount, command.symbol, context)} ${pair(command.symbol)}${printTerms(command.terms)}`;
    case 'sell':
    case 'short':
      return `${command.kind} ${printAmount(command.amount, command.symbol, context)} ${pair(command.symbol)}`;
    case 'slice':
      return `${command.method} ${command.side.toLowerCase()} ${printAmount(command.amount, command.symbol, context)} ${pair(command.symbol)}`;
    case 'close':
      return `close ${pair(command.symbol)}`;
    case 'closeAll':
      return 'close-all';
    case 'cancel':
      return command.symbol === null ? 'cancel' : `cancel ${pair(command.symbol)}`;
    case 'stop':
      return `stop ${pair(command.symbol)} ${command.price === null ? printBps(command.distanceBps ?? 0) : formatFixed(command.price)}`;
    case 'target':
      return `target ${pair(command.symbol)} ${command.price !== null ? formatFixed(command.price) : command.distanceBps === null ? 'off' : printBps(command.distanceBps)}`;
    case 'lock':
      return `lock ${printDuration(command.durationMs)}`;
    case 'halt':
      return `halt ${haltFlag(command.level)}${command.reason}`.trimEnd();
    case 'set':
      return `set ${command.setting ?? ''} ${command.value}`.trimEnd();
    case 'resume':
      return `resume ${command.phrase}`.trimEnd();
    case 'accept':
      return `accept ${command.phrase}`.trimEnd();
    case 'journal':
      return `journal ${command.text}`.trimEnd();
    case 'recover':
      return `recover ${command.step ?? ''}`.trimEnd();
    case 'override':
      return `override ${command.journal} ${command.confirmation}`.trimEnd();
    case 'fine':
      return 'fine';
    case 'relearn':
      return `tilt reset ${command.phrase}`.trimEnd();
    case 'life':
      return `life ${command.event ?? ''} ${command.days === null ? '' : `${command.days}d`}`.trimEnd();
    case 'strategy':
      return `strategy ${command.strategy} ${command.on ? 'on' : 'off'}${command.symbol === null ? '' : ` ${pair(command.symbol)}`}`;
    case 'tier':
      return `tier ${command.ask === 'trialEnd' ? 'trial end' : command.ask} ${command.text}`.trimEnd();
    case 'trial':
      return `tier trial ${printCommand(command.order, context)}`;
    case 'view':
      return command.view;
    default:
      return unreachable(command);
  }
}

function printTerms(terms: EntryTerms | undefined): string {
  switch (terms?.type) {
    case undefined:
      return '';
    case 'LIMIT':
      return ` at ${formatFixed(terms.price)}${terms.timeInForce === 'GTC' ? '' : ` ${terms.timeInForce.toLowerCase()}`}`;
    case 'LIMIT_MAKER':
      return ` at ${formatFixed(terms.price)} post`;
    case 'STOP_LOSS_LIMIT':
      return ` stop ${formatFixed(terms.stopPrice)} limit ${formatFixed(terms.price)}`;
  }
}

function shortSymbol(symbol: string, context: GrammarContext): string {
  const known = context.symbols.find((candidate) => candidate.symbol === symbol);
  if (known !== undefined) {
    const base = known.baseAsset.toLowerCase();
    const again = resolveSymbol({ text: base, lower: base, at: 0 }, context, null);
    if (again.ok && again.value.symbol === symbol) return base;
  }
  return symbol.toLowerCase();
}

function printAmount(amount: CommandAmount, symbol: string, context: GrammarContext): string {
  const known = context.symbols.find((candidate) => candidate.symbol === symbol);
  switch (amount.unit) {
    case 'share':
      return printBps(amount.shareBps);
    case 'quote':
      return `${formatFixed(amount.amount)} ${(known?.quoteAsset ?? 'u').toLowerCase()}`;
    case 'base':
      return `${formatFixed(amount.amount)} ${(known?.baseAsset ?? symbol).toLowerCase()}`;
  }
}

function printBps(bps: number): string {
  const whole = Math.floor(bps / 100);
  const rest = String(bps % 100)
    .padStart(2, '0')
    .replace(/0+$/, '');
  return rest === '' ? `${whole}%` : `${whole}.${rest}%`;
}

function printDuration(ms: number): string {
  if (ms % DAY_MS === 0) return `${ms / DAY_MS}d`;
  if (ms % HOUR_MS === 0) return `${ms / HOUR_MS}h`;
  return `${Math.round(ms / MINUTE_MS)}m`;
}

function haltFlag(level: number | undefined): string {
  if (level === 2) return '--cancel ';
  return level === 3 ? '--flatten ' : '';
}
