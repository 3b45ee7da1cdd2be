/** What an indicator is about, as a heading: the sentence with figures is the indicator's own (tilt/indicators). */
const words: Readonly<Record<string, string>> = {
  decisionSpeed: 'time taken to decide',
  quickCancels: 'orders taken back within seconds',
  tradeFrequency: 'pace of entries',
  staring: 'long looking without acting',
  reentryAfterStop: 'back into a pair soon after its stop',
  quickTradesAfterLoss: 'next order soon after a loss',
  sizeSwings: 'sizes and turnover',
  sizeAfterLoss: 'size after a loss',
  amendments: 'stops and orders changed again and again',
  unusualHours: 'hours that are not yours',
  typing: 'typing',
  reflexes: 'acting within moments of a loss notice',
  priceChecks: 'looking at prices',
  disconnects: 'connections lost',
  settingsLoosened: 'limits asked to be looser',
  appearance: 'input more regular than a hand’s',
  abandonedPreviews: 'orders typed and let go',
  afterWins: 'after wins',
  addingToPositions: 'adding to what is open',
  losersHeld: 'how long and how deep losers are held',
};

/** The words for an indicator; one that is not known keeps its name. */
export function indicatorWords(name: string): string {
  return words[name] ?? name;
}
