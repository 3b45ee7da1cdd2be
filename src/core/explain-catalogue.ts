/**
 * The sentences for every refusal code, as templates (syntax in explain.ts). Calm, no blame, no
 * exclamation marks; one sentence each. The figure names used here are what refusals carry.
 */
import { riskExplanations } from './explain-risk.ts';
import { tiltExplanations } from './explain-tilt.ts';
import type { ExplanationTemplate, RefusalCode } from './refusals.ts';

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
  'command.checklistOpen': {
    what: 'The recovery checklist is not done yet[: {open}].',
    why: 'Each line of it is short, and it is there so that trading opens with a clear head.',
    next: '[{hint} ]Type resume to see every line.',
  },
  'setting.unknown': {
    what: '[“{word}” is not a setting.|That is not a setting.]',
    why: 'Nothing changed.',
    next: '[Did you mean {suggestion}? ]Type settings to see all of them.',
  },
  'setting.outOfRange': {
    what: '{setting} cannot be {value}[; it may be {minimum} to {maximum}].',
    why: 'Nothing changed.',
    next: 'Choose a value inside the range; settings shows each.',
  },
  'setting.unchanged': {
    what: '{setting} is {value} already.',
    why: 'Nothing changed.',
    next: 'Type settings to see what binds now.',
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
    next: 'Close what you wish to close; type resume to see the steps that open entries again.',
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

  ...riskExplanations,
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
