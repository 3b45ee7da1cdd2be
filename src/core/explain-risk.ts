/**
 * The sentences for what the risk rules refuse, in the form of explain-catalogue.ts: what happened with its numbers,
 * why it is all right, and when or how it opens again.
 */
import type { ExplanationTemplate, RefusalCode } from './refusals.ts';

export const riskExplanations: Readonly<Record<Extract<RefusalCode, `risk.${string}`>, ExplanationTemplate>> =
  {
    'risk.strategySuspended': {
      what: 'The strategy {strategy} switched itself off by entering too often.',
      why: 'What repeats itself so fast is mostly a mistake; nothing was sent.',
      next: 'Look at what it did, then type strategy {strategy} on to arm it again.',
    },
    'risk.flashCrash': {
      what: '{symbol} fell {fallBps} within a minute, so entries rest[ for {remainingMs}].',
      why: 'Prices are torn just now; your stops stay, and closing works.',
      next: 'Entries open again by themselves[ at {untilMs}].',
    },
    'risk.marketState': {
      what: 'The market of {symbol} is in {state}, which leaves no size for an entry.',
      why: 'Nothing was sent; exits and stops work as always.',
      next: 'It is judged again every few seconds; another pair may be open meanwhile.',
    },
    'risk.losingStreak': {
      what: '{losses} trades in a row lost, so entries rest[ until {untilMs}][, {remainingMs} from now].',
      why: 'Losses come in rows to everyone; the break keeps the next decision your own.',
      next: '[Write a journal entry of {wordsMin} words; both the break and the entry are needed.|Entries open when the break is over.]',
    },
    'risk.openOrdersTotal': {
      what: 'As many orders rest as are allowed[: {open} of {limit}].',
      why: 'Nothing was sent.',
      next: 'Cancel one first, or wait until one fills or ends; type orders to see them.',
    },
    'risk.openOrdersValue': {
      what: 'Waiting orders may be worth {limit:usd} together, and this would make it {value:usd}.',
      why: 'Nothing was sent.',
      next: 'Cancel one first, or wait until one fills or ends; type orders to see them.',
    },
    'risk.messageCap': {
      what: '{messages} orders and cancels left within a minute, and entries may use {limit}.',
      why: 'The rest is kept for exits and stops; nothing was sent.',
      next: 'Try again in a minute.',
    },
    'risk.correlation': {
      what: 'What you hold would move together[: {mean} on average, and {limit} is the most].',
      why: 'Positions that fall together are one large position.',
      next: 'Choose a pair that moves on its own; it is measured anew every half hour, and risk shows how they go together.',
    },
    'risk.orderQuantity': {
      what: 'No single order in {symbol} may be this large[: {quantity}, and {limit} is the most].',
      why: 'This ceiling is there for slips of the finger; nothing was sent.',
      next: 'Ask for a smaller amount.',
    },
    'risk.symbolNotTrading': {
      what: '{symbol} is not open for trading at the exchange[ (its status is {status})].',
      why: 'An order there would be refused, so none was sent.',
      next: 'Wait for the exchange, or choose another pair.',
    },
    'risk.bookMissing': {
      what: 'There is no order book for {symbol} yet.',
      why: 'Without one, a fair price cannot be known, so nothing was sent.',
      next: 'Try again when a price is shown.',
    },
    'risk.bookStale': {
      what: 'The prices for {symbol} are too old[: {ageMs}, and {limitMs} is the most].',
      why: 'Buying on an old price is guessing, so nothing was sent.',
      next: 'Try again when the data age in the top line is small.',
    },
    'risk.bookCrossed': {
      what: 'The order book for {symbol} contradicts itself[ (bid {bid}, ask {ask})].',
      why: 'A price from it cannot be trusted, so nothing was sent.',
      next: 'The engine fetches a fresh one; try again in a few seconds.',
    },
    'risk.clockOffset': {
      what: 'This machine’s clock and the exchange’s differ[ by {offsetMs}][; {limitMs} is the most].',
      why: 'Nothing is signed while the time is in doubt.',
      next: 'The engine measures again by itself; if it lasts, set the machine’s clock.',
    },
    'risk.outcomeUnknown': {
      what: 'An earlier order[ for {symbol}] has not been answered yet.',
      why: 'It is being looked up, never sent twice, and its amount stays reserved.',
      next: 'It is asked for every few seconds; its outcome comes in the log, and other pairs are open meanwhile.',
    },
    'risk.drawdownHalt': {
      what: 'The account is {drawdownBps} under its peak[, and entries end at {limitBps}].',
      why: 'What is left is kept; stops stay in place and exits work.',
      next: 'Type resume to see the written steps that open entries again; closing works as always.',
    },
    'risk.dailyLoss': {
      what: 'Today’s result[ of {dayPnl:usd}] has reached the loss limit[ of {limit:usd}] for one day.',
      why: 'The rest of your account is safe from today.',
      next: 'The limit starts afresh at 00:00 UTC; exits work as always.',
    },
    'risk.dailyEntries': {
      what: 'Today’s[ {limit}] entries have been used.',
      why: 'A limit on entries keeps a long day from becoming an expensive one.',
      next: 'The count starts afresh at 00:00 UTC; exits work as always.',
    },
    'risk.positionExists': {
      what: 'There is already a position, or an order on its way, in {symbol}.',
      why: 'One position in a pair keeps its stop and its risk plain.',
      next: 'Close it first, or choose another pair.',
    },
    'risk.openPositions': {
      what: 'As many positions are open as this tier allows[: {open} of {limit}].',
      why: 'Fewer positions can be watched well.',
      next: 'Close one to open another; type tier to see what a higher tier allows.',
    },
    'risk.openOrders': {
      what: 'As many orders rest[ in {symbol}] as are allowed[: {open} of {limit}].',
      why: 'Nothing was sent.',
      next: 'Cancel one first, or wait until one fills or ends; type orders to see them.',
    },
    'risk.entryRate': {
      what: 'Entries came quickly[: {entries} in the last minute, and {limit} is the most].',
      why: 'A pause between entries costs little; nothing was sent.',
      next: 'Try again in a minute.',
    },
    'risk.duplicateIntent': {
      what: 'The same order[ for {symbol}] was asked for moments ago.',
      why: 'It was taken as a double press, so only the first one counts.',
      next: 'If a second one is meant, wait[ {limitMs}] and ask again.',
    },
    'risk.priceTick': {
      what: 'The price {price} is between two steps of the exchange[; its steps are {tick}].',
      why: 'Prices are never rounded behind your back, so nothing was sent.',
      next: 'Take {below} or {above}.',
    },
    'risk.wouldTake': {
      what: 'At {price} a post-only order would trade at once[: {ask} is asked].',
      why: 'It is there to wait and never to pay the spread, so nothing was sent.',
      next: 'Name a lower price, or leave out post.',
    },
    'risk.triggerPassed': {
      what: 'The market is already at {market}, so a stop at {price} would start at once.',
      why: 'An entry on a rise waits for a price above the market; nothing was sent.',
      next: 'Name a higher stop, or buy with a limit.',
    },
    'risk.positionValue': {
      what: 'One position holds a limited part of your equity[: {shareBps}, which leaves {limit:usd} here].',
      why: 'No single trade can hurt much.',
      next: '[At least {minimum:usd} has to be left; the room|The room] grows with your equity, and when what is held there is sold.',
    },
    'risk.belowMinimum': {
      what: 'This is under the smallest position[: {requested:usd} of {minimum:usd}].',
      why: 'Smaller ones lose too much to fees; nothing was sent.',
      next: 'Ask for a larger amount[: {minimum:usd} or more].',
    },
    'risk.belowExchangeMinimum': {
      what: 'The exchange takes no order this small[: at its stop it would be worth {valueAtStop:usd}, and {minimum:usd} can be sold].',
      why: 'Nothing was sent, and nothing was charged.',
      next: 'Ask for a slightly larger amount; the preview shows when it is enough.',
    },
    'risk.aboveExchangeMaximum': {
      what: 'The exchange takes no order this large[: {quantity}, and {maximum} is the most].',
      why: 'Nothing was sent.',
      next: 'Ask for a smaller amount.',
    },
    'risk.orderValue': {
      what: 'No single order may be this large[: {value:usd}, and {limit:usd} is the most].',
      why: 'This ceiling is there for slips of the finger; nothing was sent.',
      next: 'Ask for a smaller amount.',
    },
    'risk.balance': {
      what: 'The free balance does not cover this[: {requested:usd} asked for, {free:usd} free].',
      why: 'Nothing was sent.',
      next: '[Ask for {free:usd} at most, or close something first.|Ask for a smaller amount.]',
    },
    'risk.priceCollar': {
      what: 'The price this would trade at is too far from the reference[: {distanceBps}, and {limitBps} is the most].',
      why: 'The market is thin or moving fast, so nothing was sent.',
      next: 'Try a smaller amount, or wait until the spread is normal.',
    },
    'risk.exitUnsellable': {
      what: 'A position this size could not be sold again under the exchange’s rules[: {sellable} would be left after the fee, and {minimum:usd} is the least that can be sold].',
      why: 'Every position must be able to leave, so nothing was sent.',
      next: 'Ask for a slightly larger amount.',
    },
    'risk.guardFailed': {
      what: 'A safety check could not finish[: {guard}].',
      why: 'When a check is in doubt, nothing is sent; your stops stay in place.',
      next: 'Trading is halted until a person looks: type resume to see the steps, and genesis doctor for the cause.',
    },
  };
