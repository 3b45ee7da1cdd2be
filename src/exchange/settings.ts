/**
 * What a gateway needs to be told: where the exchange is, with which key, and its own limits.
 * The figures come from domain-rules.md ("Exchange behaviour") and binance.md; every default can be
 * overridden, and base URLs are the only difference between paper, testnet and live.
 */
import type { Lane } from '../core/ports/gateway.ts';

export type ExchangeEndpoints = {
  /** Origin of the REST API without a path, such as `https://api.binance.com`. */
  readonly rest: string;
  /** Origin of the market streams, such as `wss://stream.binance.com:9443`. */
  readonly stream: string;
  /** Full URL of the WebSocket API, such as `wss://ws-api.binance.com/ws-api/v3`. */
  readonly wsApi: string;
};

export type ExchangeCredentials = {
  readonly apiKey: string;
  /** An HMAC secret, or an Ed25519 or RSA private key in PEM. */
  readonly secret: string;
};

/** Where the end of a ban is kept over restarts (failure 9: a ban ignored becomes a longer ban). */
export interface BanStore {
  /** Wall-clock instant (ms) the last ban ends, or null. */
  load(): number | null;
  save(untilMs: number): void;
}

export type LaneShares = Readonly<Record<Lane, number>>;

export type GatewaySettings = {
  readonly recvWindowMs: number;
  /** Longer than the exchange's own engine timeout of 10 s, so that its -1007 arrives. */
  readonly orderTimeoutMs: number;
  readonly queryTimeoutMs: number;
  readonly selfTradePreventionMode: string;

  /** Share of each of the exchange's limits this system may use (invariant 23). */
  readonly shareOfLimits: number;
  /** How much of that share each lane may fill: what entries leave is the reserve of the others. */
  readonly laneShares: LaneShares;
  readonly breakerFailures: number;
  readonly breakerWindowMs: number;
  /** Time from opening to the probing query, per lane; exits and look-ups may not wait a minute. */
  readonly breakerHalfOpenMs: LaneShares;

  readonly clockEveryMs: number;
  readonly clockSamples: number;
  /** More uncertainty than this and no entry is signed (invariant 22). */
  readonly clockUncertaintyMaxMs: number;

  readonly symbolsEveryMs: number;

  /** Whether a third connection is kept open for whichever market stream loses its own. */
  readonly standby: boolean;
  readonly connectTimeoutMs: number;
  /** No market data for this long: the stream counts as dead. Pings are not data. */
  readonly marketSilentMs: number;
  /** Deep book snapshots a minute at most; each costs 50 of the weight. */
  readonly snapshotsPerMinute: number;
  /** No frame of any kind on the user stream for this long: dead. */
  readonly userSilentMs: number;
  /** An order answered over REST must show up on the user stream within this. */
  readonly userReportWithinMs: number;
  readonly pingEveryMs: number;
  /** The exchange cuts at 24 h; a new connection is opened before. */
  readonly connectionAgeMaxMs: number;
  readonly reconnectDelaysMs: readonly number[];
  /** Random share added to or taken from each delay. */
  readonly reconnectJitter: number;
  readonly framesPerSecond: number;
};

export const defaultGatewaySettings: GatewaySettings = {
  recvWindowMs: 5_000,
  orderTimeoutMs: 15_000,
  queryTimeoutMs: 10_000,
  // An exit that meets our own resting entry goes through, and the entry goes.
  selfTradePreventionMode: 'EXPIRE_MAKER',
  shareOfLimits: 0.8,
  laneShares: { enter: 0.6, query: 0.85, reduce: 1 },
  breakerFailures: 5,
  breakerWindowMs: 30_000,
  breakerHalfOpenMs: { enter: 60_000, query: 5_000, reduce: 5_000 },
  clockEveryMs: 60_000,
  clockSamples: 5,
  clockUncertaintyMaxMs: 500,
  symbolsEveryMs: 300_000,
  standby: true,
  connectTimeoutMs: 5_000,
  marketSilentMs: 5_000,
  // A third of the weight a minute at most.
  snapshotsPerMinute: 40,
  userSilentMs: 30_000,
  userReportWithinMs: 5_000,
  pingEveryMs: 10_000,
  connectionAgeMaxMs: 23 * 3_600_000,
  reconnectDelaysMs: [200, 1_000, 2_000, 4_000, 8_000, 16_000, 30_000],
  reconnectJitter: 0.2,
  framesPerSecond: 4,
};
