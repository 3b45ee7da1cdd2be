/**
 * Every refusal of the venue, code and message as the exchange says them (binance.md, Errors;
 * Binance, errors.md). Checks made before the matching engine answer -11xx and -1013; the engine's
 * own answer -2010 (orders), -2011 (cancels) and -2038 (amends). Count filters are the engine's.
 */
import { err, type Err } from '../../core/result.ts';
import type { VenueReject } from './venue-api.ts';

function reject(code: number, message: string): Err<VenueReject> {
  return err({ code, message });
}

export const invalidSymbol = (): Err<VenueReject> => reject(-1121, 'Invalid symbol.');
export const noSuchAccount = (): Err<VenueReject> =>
  reject(-2015, 'Invalid API-key, IP, or permissions for action.');
export const missingParameter = (name: string): Err<VenueReject> =>
  reject(-1102, `Mandatory parameter '${name}' was not sent, was empty/null, or malformed.`);
export const missingEither = (one: string, other: string): Err<VenueReject> =>
  reject(-1102, `Param '${one}' or '${other}' must be sent, but both were empty/null!`);
export const unwantedParameter = (name: string): Err<VenueReject> =>
  reject(-1106, `Parameter '${name}' sent when not required.`);
export const badCombination = (): Err<VenueReject> =>
  reject(-1128, 'Combination of optional parameters invalid.');
export const unsupportedCombination = (): Err<VenueReject> => reject(-1014, 'Unsupported order combination.');
export const invalidData = (name: string): Err<VenueReject> =>
  reject(-1130, `Data sent for parameter '${name}' is not valid.`);
export const badStrategyType = (): Err<VenueReject> => reject(-1134, 'strategyType was less than 1000000.');

export const invalidQuantity = (): Err<VenueReject> => reject(-1013, 'Invalid quantity.');
export const invalidQuoteQuantity = (): Err<VenueReject> => reject(-1013, 'Invalid quote order qty.');
export const invalidPrice = (): Err<VenueReject> => reject(-1013, 'Invalid price.');
export const invalidStopPrice = (): Err<VenueReject> => reject(-1013, 'Invalid stopPrice.');
export const marketClosed = (): Err<VenueReject> => reject(-1013, 'Market is closed.');
export const filterFailure = (filter: string): Err<VenueReject> => reject(-1013, `Filter failure: ${filter}`);
export const selfTradeModeNotAllowed = (): Err<VenueReject> =>
  reject(-1013, 'This symbol does not allow the specified self-trade prevention mode.');

export const duplicateOrder = (): Err<VenueReject> => reject(-2010, 'Duplicate order sent.');
export const insufficientBalance = (): Err<VenueReject> =>
  reject(-2010, 'Account has insufficient balance for requested action.');
export const wouldTrigger = (): Err<VenueReject> => reject(-2010, 'Stop price would trigger immediately.');
export const wouldMatch = (): Err<VenueReject> => reject(-2010, 'Order would immediately match and take.');
export const countFailure = (filter: string): Err<VenueReject> => reject(-2010, `Filter failure: ${filter}`);
export const icebergExceedsQuantity = (): Err<VenueReject> => reject(-2010, 'IcebergQty exceeds QTY.');
export const zeroNotional = (): Err<VenueReject> => reject(-2010, 'Price * QTY is zero or less.');
export const tooLittleLiquidity = (filter: string): Err<VenueReject> =>
  reject(-2010, `Order book liquidity is less than ${filter} filter minimum quantity.`);
export const noLiquidity = (): Err<VenueReject> =>
  reject(-2010, 'Order book liquidity is less than symbol minimum quantity.');
export const actionDisabled = (): Err<VenueReject> =>
  reject(-2010, 'This action is disabled on this account.');
export const badListPrices = (): Err<VenueReject> =>
  reject(-2010, 'The relationship of the prices for the orders is not correct.');

export const unknownOrder = (): Err<VenueReject> => reject(-2011, 'Unknown order sent.');
export const cancelRestricted = (): Err<VenueReject> =>
  reject(-2011, 'Order was not canceled due to cancel restrictions.');
export const cancelClosed = (): Err<VenueReject> => reject(-2011, 'Market is closed.');

export const amendUnknown = (): Err<VenueReject> => reject(-2038, 'Unknown order sent.');
export const amendIncreases = (): Err<VenueReject> =>
  reject(-2038, 'Order amend (quantity increase) is not supported.');
export const amendChangesNothing = (): Err<VenueReject> =>
  reject(-2038, 'The requested action would change no state; rejecting.');
export const tooManyAmends = (): Err<VenueReject> => reject(-2038, 'Filter failure: MAX_NUM_ORDER_AMENDS');
export const amendClosed = (): Err<VenueReject> => reject(-2038, 'Market is closed.');
export const amendDuplicate = (): Err<VenueReject> => reject(-2038, 'Duplicate order sent.');

export const ocoType = (): Err<VenueReject> => reject(-1158, 'Order type not supported in OCO.');
export const buyLimitMustBeBelow = (): Err<VenueReject> =>
  reject(-1165, 'A limit order in a buy OCO must be below.');
export const sellLimitMustBeAbove = (): Err<VenueReject> =>
  reject(-1166, 'A limit order in a sell OCO must be above.');
export const bothCannotBeLimit = (): Err<VenueReject> =>
  reject(-1168, 'At least one OCO order must be contingent.');
export const buyStopMustBeAbove = (): Err<VenueReject> =>
  reject(-1196, 'A stop loss order in a buy OCO must be above.');
export const sellStopMustBeBelow = (): Err<VenueReject> =>
  reject(-1197, 'A stop loss order in a sell OCO must be below.');
export const buyTakeProfitMustBeBelow = (): Err<VenueReject> =>
  reject(-1198, 'A take profit order in a buy OCO must be below.');
export const sellTakeProfitMustBeAbove = (): Err<VenueReject> =>
  reject(-1199, 'A take profit order in a sell OCO must be above.');

const reasons: Readonly<Record<string, string>> = {
  'Account has insufficient balance for requested action.': 'INSUFFICIENT_BALANCES',
  'Stop price would trigger immediately.': 'STOP_PRICE_WOULD_TRIGGER_IMMEDIATELY',
  'Order would immediately match and take.': 'WOULD_MATCH_IMMEDIATELY',
  'The relationship of the prices for the orders is not correct.': 'OCO_BAD_PRICES',
};

/** The reason an execution report gives for a refusal (Binance, user-data-stream.md); NONE for the others. */
export function reasonOf(refusal: VenueReject): string {
  return reasons[refusal.message] ?? 'NONE';
}
