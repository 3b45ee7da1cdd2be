/**
 * The exchange's own refusals: code, message and HTTP status in one place. Wording and codes are
 * Binance's published ones (errors.md of its API documentation); statuses are those evidenced or
 * presumed in the project's facts about the exchange, since no table of them is published.
 */
import type { VenueReject } from '../matching/venue-api.ts';

export type ApiError = {
  readonly status: number;
  readonly code: number;
  readonly message: string;
  /** Extra member `data` of the error object (cancelReplace, WebSocket API bans). */
  readonly data?: unknown;
  /** Epoch milliseconds from which another attempt makes sense (429 and 418). */
  readonly retryAt?: number;
};

/** Thrown inside request handling only and caught at its edge: a refusal on its way to the client. */
export class Refusal extends Error {
  override readonly name = 'Refusal';
  readonly error: ApiError;

  constructor(error: ApiError) {
    super(error.message);
    this.error = error;
  }
}

export function refuse(error: ApiError): never {
  throw new Refusal(error);
}

function bad(code: number, message: string): ApiError {
  return { status: 400, code, message };
}

/** Status by code, for codes whose status does not depend on the occasion. */
function statusOf(code: number): number {
  switch (code) {
    case -2014:
    case -2015:
      return 401;
    case -1003:
    case -1015:
      return 429;
    case -1000:
      return 500;
    case -1001:
    case -1006:
    case -1007:
    case -1016:
      return 504;
    case -1008:
      return 503;
    case -2021:
      return 409;
    default:
      return 400;
  }
}

export function fromVenue(reject: VenueReject): ApiError {
  return { status: statusOf(reject.code), code: reject.code, message: reject.message };
}

export const DECIMAL_RANGE = '^([0-9]{1,20})(\\.[0-9]{1,20})?$';
export const INTEGER_RANGE = '^[0-9]{1,20}$';
export const CLIENT_ID_RANGE = '^[a-zA-Z0-9-_]{1,36}$';
export const SYMBOL_RANGE = '^[\\w\\-._&&[^a-z]]{1,50}$';

export const mandatory = (name: string): ApiError =>
  bad(-1102, `Mandatory parameter '${name}' was not sent, was empty/null, or malformed.`);
export const eitherMandatory = (one: string, other: string): ApiError =>
  bad(-1102, `Param '${one}' or '${other}' must be sent, but both were empty/null!`);
export const tooGreat = (name: string, limit: number): ApiError =>
  bad(-1102, `'${name}' contains unexpected value. Cannot be greater than ${limit}.`);
export const illegal = (name: string, range: string): ApiError =>
  bad(-1100, `Illegal characters found in parameter '${name}'; legal range is '${range}'.`);
export const illegalSomewhere = (): ApiError => bad(-1100, 'Illegal characters found in a parameter.');
export const tooMany = (expected: number, received: number): ApiError =>
  bad(-1101, `Too many parameters; expected '${expected}' and received '${received}'.`);
export const duplicate = (): ApiError => bad(-1101, 'Duplicate values for a parameter detected.');
export const unread = (read: number, sent: number): ApiError =>
  bad(-1104, `Not all sent parameters were read; read '${read}' parameter(s) but was sent '${sent}'.`);
export const empty = (name: string): ApiError => bad(-1105, `Parameter '${name}' was empty.`);
export const notRequired = (name: string): ApiError =>
  bad(-1106, `Parameter '${name}' sent when not required.`);
export const overflow = (name: string): ApiError => bad(-1108, `Parameter '${name}' overflowed.`);
export const tooPrecise = (name: string): ApiError =>
  bad(-1111, `Parameter '${name}' has too much precision.`);
export const invalidData = (name: string): ApiError =>
  bad(-1130, `Data sent for parameter '${name}' is not valid.`);
export const invalidQuantity = (
  what: 'quantity' | 'price' | 'stopPrice' | 'quote order qty' | 'icebergQty',
): ApiError => bad(-1013, `Invalid ${what}.`);
export const badCombination = (): ApiError => bad(-1128, 'Combination of optional parameters invalid.');
export const invalidTimeInForce = (): ApiError => bad(-1115, 'Invalid timeInForce.');
export const invalidOrderType = (): ApiError => bad(-1116, 'Invalid orderType.');
export const invalidSide = (): ApiError => bad(-1117, 'Invalid side.');
export const invalidInterval = (): ApiError => bad(-1120, 'Invalid interval.');
export const invalidSymbol = (): ApiError => bad(-1121, 'Invalid symbol.');
export const invalidSymbolStatus = (): ApiError => bad(-1122, 'Invalid symbolStatus.');
export const lookupTooWide = (hours: number): ApiError =>
  bad(-1127, `More than ${hours} hours between startTime and endTime.`);
export const badStrategyType = (name: string): ApiError => bad(-1134, `${name} was less than 1000000.`);
export const invalidJson = (message = 'Invalid JSON Request'): ApiError => bad(-1135, message);
export const jsonParameter = (name: string): ApiError =>
  bad(-1135, `JSON sent for parameter '${name}' is not valid`);
export const invalidTickerType = (): ApiError => bad(-1139, 'Invalid ticker type.');
export const invalidCancelRestrictions = (): ApiError => bad(-1145, 'Invalid cancelRestrictions');
export const duplicateSymbols = (): ApiError => bad(-1151, 'Symbol is present multiple times in the list.');
export const icebergNeedsGtc = (name: string, timeInForce: string): ApiError =>
  bad(-1160, `Parameter '${name}' is not supported if \`${timeInForce}\` is not GTC.`);
export const invalidTimeUnit = (): ApiError =>
  bad(-1194, 'Invalid value for time unit; expected either MICROSECOND or MILLISECOND.');
export const statusMismatch = (): ApiError =>
  bad(-1220, "The symbol's status does not match the requested symbolStatus.");
export const outsideWindow = (): ApiError =>
  bad(-1021, 'Timestamp for this request is outside of the recvWindow.');
export const aheadOfServer = (): ApiError =>
  bad(-1021, "Timestamp for this request was 1000ms ahead of the server's time.");
export const badSignature = (): ApiError => bad(-1022, 'Signature for this request is not valid.');
export const unsupportedOperation = (): ApiError => bad(-1020, 'This operation is not supported.');
export const keyFormat = (): ApiError => ({ status: 401, code: -2014, message: 'API-key format invalid.' });
export const keyRejected = (): ApiError => ({
  status: 401,
  code: -2015,
  message: 'Invalid API-key, IP, or permissions for action.',
});
export const noSuchOrder = (): ApiError => bad(-2013, 'Order does not exist.');
export const orderArchived = (): ApiError =>
  bad(-2026, 'Order was canceled or expired with no executed qty over 90 days ago and has been archived.');
export const noSuchList = (): ApiError => bad(-2018, 'Order list does not exist.');
export const unknownOrder = (): ApiError => bad(-2011, 'Unknown order sent.');
export const wrongClientId = (): ApiError => bad(-2039, 'Client order ID is not correct for this order ID.');
export const noReferencePrice = (): ApiError => bad(-2043, "This symbol doesn't have a reference price.");
export const alreadySubscribed = (): ApiError => bad(-2035, 'User Data Stream subscription already active.');
export const notSubscribed = (): ApiError => bad(-2036, 'User Data Stream subscription not active.');
export const subscriptionsExhausted = (): ApiError =>
  bad(-2042, 'Maximum subscription ID reached for this connection.');
export const tooManySubscriptions = (limit: number): ApiError =>
  bad(-1191, `Too many subscriptions. Connection may create up to '${limit}' subscriptions at a time.`);

export const tooMuchWeight = (limit: number, window: string, retryAt: number): ApiError => ({
  status: 429,
  code: -1003,
  message: `Too much request weight used; current limit is ${limit} request weight per ${window}. Please use WebSocket Streams for live updates to avoid polling the API.`,
  retryAt,
});
export const tooManyRequests = (limit: number, window: string, retryAt: number): ApiError => ({
  status: 429,
  code: -1003,
  message: `Too many requests; current limit is ${limit} requests per ${window}.`,
  retryAt,
});
export const banned = (until: number): ApiError => ({
  status: 418,
  code: -1003,
  message: `Way too much request weight used; IP banned until ${until}. Please use WebSocket Streams for live updates to avoid bans.`,
  retryAt: until,
});
export const tooManyOrders = (limit: number, window: string, retryAt: number): ApiError => ({
  status: 429,
  code: -1015,
  message: `Too many new orders; current limit is ${limit} orders per ${window}.`,
  retryAt,
});
export const tooManyConnections = (limit: number, window: string, retryAt: number): ApiError => ({
  status: 429,
  code: -1034,
  message: `Too many connection attempts from IP; current limit is ${limit} per '${window}'.`,
  retryAt,
});
export const timeout = (): ApiError => ({
  status: 504,
  code: -1007,
  message: 'Timeout waiting for response from backend server. Send status unknown; execution status unknown.',
});
export const overloaded = (): ApiError => ({
  status: 503,
  code: -1008,
  message: 'Server is currently overloaded with other requests. Please try again in a few minutes.',
});
export const internal = (): ApiError => ({
  status: 500,
  code: -1000,
  message: 'An unknown error occurred while processing the request.',
});
