/** Why a tier was taken, by the trigger's name: for notices, the tier's history and the account of a demotion. */
export const demotionWords: Readonly<Record<string, string>> = {
  dayLoss: 'the day lost more than it may',
  losingDays: 'several days in a row lost more than they may',
  overrides: 'an intervention was to be overridden too often',
  foreignOrders: 'an order was found that was not placed here',
  correlated: 'all open positions move together',
  outage: 'an outage cost more than it may',
  equityUnder: 'the account has been worth less than its tier begins with for too long',
};
