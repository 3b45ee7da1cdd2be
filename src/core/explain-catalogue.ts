/**
 * The sentences for every refusal code, as templates (syntax in explain.ts). Calm, no blame, no
 * exclamation marks; one sentence each. The figure names used here are what refusals carry.
 */
import { tiltExplanations } from './explain-tilt.ts';
import type { RefusalCode } from './refusals.ts';

export type ExplanationTemplate = { readonly what: string; readonly why: string; readonly next: string };

const NOTHING_SENT = 'Nothing was sent, and your line is still there to mend.';

/** What can be wrong with a typed line itself; the `problem` figure of `command.unreadable`. */
export const unreadableProblems = [
  'empty',
  'tooLong',
  'controlCharacter',
  'unknownWord',
  'extraWords',
  'missingAmount',
  'missingSymbol',
  'missingSide',
  'missingWord',
  'notANumber',
  'unknownUnit',
  'shareOfNothing',
  'notADuration',
] as const;
export type UnreadableProblem = (typeof unreadableProblems)[number];

export const unreadableTemplates: Readonly<Record<UnreadableProblem, ExplanationTemplate>> = {
  empty: {
    what: 'There was nothing to read.',
    why: 'Nothing was sent.',
    next: 'Type a command such as buy 100 usdt btc, or help for all of them.',
  },
  tooLong: {
    what: 'The line is longer than the {max} characters a command can have.',
    why: 'It was set aside unread, so nothing was sent.',
    next: 'Clear it with Ctrl-U and type a short command.',
  },
  controlCharacter: {
    what: 'The line holds a character that cannot be seen[, at position {column}].',
    why: 'Hidden characters can make a line read differently from what it does, so it was set aside unread.',
    next: 'Clear the line with Ctrl-U and type it by hand.',
  },
  unknownWord: {
    what: '“{word}” is not a command here.',
    why: NOTHING_SENT,
    next: '[Did you mean {suggestion}? ]Type help to see every command.',
  },
  extraWords: {
    what: 'The command was complete before “{word}”.',
    why: NOTHING_SENT,
    next: 'Take the last words away, or type help to see the form[ of {command}].',
  },
  missingAmount: {
    what: 'The amount is missing[ after {command}].',
    why: NOTHING_SENT,
    next: 'Say how much: 100 usdt, 0.001 btc, or 50% of what you hold.',
  },
  missingSymbol: {
    what: 'The pair is missing[ after {command}].',
    why: NOTHING_SENT,
    next: 'Name it at the end, for example btc.',
  },
  missingSide: {
    what: 'It is not said whether to buy or to sell.',
    why: NOTHING_SENT,
    next: 'Write buy or sell after {command}, for example {command} buy 300 usdt btc.',
  },
  missingWord: {
    what: 'A word is missing at the end[ of {command}].',
    why: NOTHING_SENT,
    next: 'The form is: {form}.',
  },
  notANumber: {
    what: '“{word}” does not read as an amount.',
    why: NOTHING_SENT,
    next: '[Did you mean {suggestion}? ]Write plain digits with a point, such as 1000 or 0.001.',
  },
  unknownUnit: {
    what: '“{word}” is not a unit for this pair.',
    why: NOTHING_SENT,
    next: '[Did you mean {suggestion}? ]Use usdt for dollars, the coin itself, or % when selling.',
  },
  shareOfNothing: {
    what: 'A share in % counts from what you hold, so it works for selling.',
    why: NOTHING_SENT,
    next: 'For buying, say dollars or coins: buy 100 usdt btc.',
  },
  notADuration: {
    what: '“{word}” does not read as a duration.',
    why: NOTHING_SENT,
    next: 'Write 30m, 24h or 2d.',
  },
};

export const explanationTemplates: Readonly<Record<RefusalCode, ExplanationTemplate>> = {
  'command.unreadable': {
    what: 'The line could not be read as a command.',
    why: NOTHING_SENT,
    next: 'Type help to see every command with an example.',
  },
  'command.unknownSymbol': {
    what: '[“{word}”|{symbol}|This pair] is not traded here.',
    why: NOTHING_SENT,
    next: '[Did you mean {suggestion}? ]Press Tab after a command to see the pairs.',
  },
  'command.amountNotPositive': {
    what: 'The amount[ {word}] is not above zero.',
    why: NOTHING_SENT,
    next: 'Write an amount above zero, such as 10 usdt.',
  },
  'command.amountTooPrecise': {
    what: 'The amount[ {word}] has more decimal places than can be traded.',
    why: 'Amounts are never rounded behind your back, so nothing was sent.',
    next: 'Use eight decimal places at most, two for a percentage.',
  },
  'command.amountTooLarge': {
    what: '[This asks for {asked}, and {held} is held|The amount {word} is larger than can be read, and {max} is the most|The amount {word} is larger than can be read|The amount is larger than can be read].',
    why: NOTHING_SENT,
    next: 'Write a smaller amount.',
  },
  'command.noPosition': {
    what: 'There is no open position[ in {symbol}].',
    why: 'Nothing is at risk there, and nothing was sent.',
    next: 'Type positions to see what is open.',
  },
  'command.nothingToCancel': {
    what: 'No order[ in {symbol}] waits to be cancelled.',
    why: 'Protective stops are not cancelled this way, so your protection is as it was.',
    next: 'Type orders to see what rests at the exchange.',
  },
  'command.stopOnlyTightens': {
    what: 'The stop[ at {current}] can only move closer to the market[, and {stop} is further away].',
    why: 'The stop you chose while calm stays in force.',
    next: 'Give a tighter stop, or close the position.',
  },
  'command.stopOutOfRange': {
    what: 'A stop[ at {stop}] is outside the range that is allowed[; the market is at {bid}].',
    why: 'The stop that rests now stays in force.',
    next: 'Choose a distance inside the range[, {widest} to {nearest}], for example stop btc 1.5%.',
  },
  'command.targetOutOfRange': {
    what: 'A target[ at {target}] cannot rest there[; the market is at {bid}].',
    why: 'What protects the position now stays in force.',
    next: 'Choose a price above the market[, from {nearest} on], for example target btc 3%.',
  },
  'command.phraseWrong': {
    what: 'The sentence was not typed exactly.',
    why: 'Nothing changed; the exact words are there so that this is never done by accident.',
    next: 'Type the sentence exactly as it stands[: {phrase}]',
  },
  'command.durationOutOfRange': {
    what: '[A rest until {untilMs} is set already, and it is not shortened|The duration {word} is outside what can be set, {minMs} to {maxMs}|The duration is outside what can be set].',
    why: 'Nothing changed.',
    next: 'Choose a time inside the range, for example lock 24h.',
  },
  'command.unknownStrategy': {
    what: '[“{word}”|“{strategy}”|That] is not a strategy that is installed.',
    why: 'Nothing changed.',
    next: '[Did you mean {suggestion}? ]Type strategy and press Tab to see what is installed[: {strategies}|: {known}].',
  },
  'command.notHere': {
    what: '[{command}|This] cannot be done here[: {reason}].',
    why: 'Nothing changed.',
    next: '[{hint} ]Type help to see what can be done from here.',
  },
  'command.busy': {
    what: 'The engine is still working on an earlier request[ for {symbol}].',
    why: 'One thing at a time keeps the count exact, so nothing was sent.',
    next: 'Wait for its answer in the log, then ask again.',
  },
  'journal.notAccepted': {
    what: 'The entry is not complete yet: {message}',
    why: 'Nothing is lost, and what you wrote is yours alone; only its length is recorded.',
    next: 'Take your time and go on writing.',
  },

  'engine.readOnly': {
    what: 'The engine runs read-only[: {reason}].',
    why: 'It watches and keeps your stops, and adds no risk while something is unproved.',
    next: '[If the change is yours, type accept {phrase}.|Ask genesis verify what is damaged, then restore a backup with genesis restore.]',
  },
  'engine.historyUnproved': {
    what: 'The stored history does not prove itself[: {detail}].',
    why: 'Accepting it would make it worthless as a proof. Your stops rest at the exchange, and closing works.',
    next: 'Ask genesis verify what is damaged, then restore a backup with genesis restore.',
  },
  'engine.starting': {
    what: 'The engine is still starting.',
    why: 'Orders wait until it knows exactly what you hold.',
    next: 'Try again in a few seconds.',
  },
  'engine.reconciling': {
    what: 'The engine is comparing its books with the exchange.',
    why: 'No order is sent until both agree.',
    next: 'Try again in a few seconds.',
  },
  'engine.reconciliationStale': {
    what: 'The last comparison with the exchange is too old[: {ageMs} ago, and {limitMs} is the most].',
    why: 'New positions wait for a fresh one; exits and stops work as always.',
    next: 'The engine compares again by itself; try in a minute.',
  },
  'engine.reduceOnly': {
    what: 'The engine only reduces positions for now[: {reason}].',
    why: 'Exits and stops work as always; no new risk is added.',
    next: 'Close what you wish to close; type status to see when this ends.',
  },
  'engine.paused': {
    what: 'Trading is paused[ until {untilMs}][: {reason}].',
    why: 'Your stops rest at the exchange, and closing works.',
    next: 'Take the time; entries open again by themselves.',
  },
  'engine.halted': {
    what: 'Trading is halted[: {reason}].',
    why: 'Your stops rest at the exchange, and nothing new can be opened by anyone.',
    next: 'When you have looked at the cause, type resume to see the sentence that opens trading again.',
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
    next: 'Wait for its outcome in the log.',
  },
  'risk.drawdownHalt': {
    what: 'The account is {drawdownBps} under its peak[, and entries end at {limitBps}].',
    why: 'What is left is kept; stops stay in place and exits work.',
    next: 'Read the recovery steps under risk before trading again.',
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
    next: 'Cancel one first; type orders to see them.',
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
    next: 'Ask for a smaller amount.',
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
    next: 'Ask for a smaller amount.',
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
    next: 'Type status; if it stays so, run genesis doctor.',
  },

  ...tiltExplanations,

  'tier.orderType': {
    what: '{what} orders come with {earnedAt}; you trade as {tier}.',
    why: 'Plain market orders with a resting stop do everything this size of account needs.',
    next: 'The way there[ starts at {equityMin:usd} and {daysAtTierMin} days]: type tier to see every gate.',
  },
  'tier.executionMethod': {
    what: '{what} comes with {earnedAt}; you trade as {tier}.',
    why: 'Orders this size fill whole without moving the price, so nothing is lost.',
    next: 'The way there[ starts at {equityMin:usd} and {daysAtTierMin} days]: type tier to see every gate.',
  },
  'tier.strategy': {
    what: 'The strategy {what} comes with {earnedAt}; you trade as {tier}.',
    why: 'It needs more capital and practice to be worth its fees.',
    next: 'The way there[ starts at {equityMin:usd} and {daysAtTierMin} days]: type tier to see every gate.',
  },
  'tier.shortEntry': {
    what: 'Spot accounts cannot be short[ in {symbol}].',
    why: 'You can only sell what you hold, which also means you cannot owe.',
    next: 'Use sell or close for what is open; type positions to see it.',
  },
  'tier.top': {
    what: 'There is no tier above {tier}.',
    why: 'Everything there is to earn is yours.',
    next: 'Type tier to see what it holds.',
  },
  'tier.gates': {
    what: '{open} of {of} gates on the way[ to {to}] are still closed[; the first: {gate}, {current} of {required}].',
    why: 'Each of them is read from what happened, so nothing but trading well opens it.',
    next: 'Type tier to see every gate; they are read again each day.',
  },
  'tier.tooSoon': {
    what: 'The next step up can begin[ at {untilMs}][: {days} days have to pass after a step down].',
    why: 'A fall that is understood is worth more than one that is forgotten.',
    next: 'Trade on at this tier; the gates count meanwhile.',
  },
  'tier.emergency': {
    what: 'The account is in emergency mode[ ({trigger})][: positions of {limit:usd} at most].',
    why: 'What is left is kept small until the cause is known; exits and stops work as always.',
    next: 'Finish the recovery checklist[: {left}] with tier check and the word.',
  },
  'tier.noTrial': {
    what: 'A passed paper trial[ for {to}] comes first[; it takes {hours} hours].',
    why: 'It shows what the new forms of order do with your hands before your money does.',
    next: 'Type tier trial to begin, or to see how far it is.',
  },
  'tier.trialRuns': {
    what: 'A paper trial runs already[, since {startedAtMs}].',
    why: 'Nothing changed.',
    next: 'Type tier trial to see how far it is.',
  },
  'tier.trialForm': {
    what: 'The trial is about {forms}; {what} is not one of them.',
    why: 'It shows the forms of order that the next tier adds.',
    next: 'Write one of them, for example tier trial buy 25 usdt btc at 65000.',
  },
  'tier.notConfirmed': {
    what: 'The sentence is missing, or older than {hours} hours.',
    why: 'A tier is taken on purpose and on the day.',
    next: 'Type tier confirm {phrase}, then write the reflection.',
  },
  'tier.journalFirst': {
    what: 'This line of the checklist is done by a journal entry[ of {words} words].',
    why: 'Nothing changed.',
    next: 'Type journal and write what happened and what you will do differently.',
  },
  'tier.noSuchItem': {
    what: '{item} is not a line of the recovery checklist.',
    why: 'Nothing changed.',
    next: 'Still to do: {left}.',
  },
  'tier.notLoaded': {
    what: '{what} orders are yours[ as {tier}] and are just being made ready.',
    why: 'What was not earned is never in memory, so it is read only now; nothing was sent.',
    next: 'Ask again in a moment.',
  },
  'tier.grantRevoked': {
    what: 'The permission for this order ended when the tier changed.',
    why: 'What was filled stays protected; the rest was not sent.',
    next: 'Type tier to see where you stand.',
  },
};
