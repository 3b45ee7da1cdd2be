/**
 * The projections' tables, named once: columns, what each holds, and the key. Rows, prepared
 * statements, the in-memory tables and the comparison in `verify` come from here; a test holds the
 * migrated schema against it. From the seed's schema, with amounts as exact decimal text, times as
 * milliseconds and a few columns more (docs "Where the seed is corrected").
 */
type CellTypes = {
  readonly text: string;
  readonly integer: number;
  /** Exact decimal text; NUMERIC in PostgreSQL. */
  readonly amount: string;
  /** Milliseconds since the epoch, UTC. */
  readonly time: number;
  readonly flag: 0 | 1;
  readonly json: string;
};

type Token = keyof CellTypes;
type CellOf<T> = T extends `${infer Base extends Token}?`
  ? CellTypes[Base] | null
  : T extends Token
    ? CellTypes[T]
    : never;

export const tables = {
  accounts: {
    account_id: 'text',
    mode: 'text',
    quote_asset: 'text',
    balance: 'amount',
    peak_balance: 'amount',
    drawdown_bps: 'integer',
    day_pnl: 'amount',
    tier: 'text',
    tier_started_at: 'time',
    gates_passed: 'json',
    locked_features: 'json',
    created_at: 'time',
    updated_at: 'time',
  },
  positions: {
    position_id: 'text',
    account_id: 'text',
    symbol: 'text',
    base_asset: 'text?',
    quote_asset: 'text?',
    side: 'text',
    entry_price: 'amount',
    current_price: 'amount?',
    quantity: 'amount',
    dollar_value: 'amount',
    stop_loss: 'amount?',
    pnl_dollars: 'amount',
    pnl_percent: 'amount',
    opened_at: 'time',
    closed_at: 'time?',
    close_reason: 'text?',
    priority_score: 'integer',
    entry_quantity: 'amount',
    entry_value: 'amount',
    exit_quantity: 'amount',
    exit_value: 'amount',
    exit_price: 'amount?',
    fees: 'amount',
    fees_aside: 'amount',
    market_state: 'text?',
  },
  orders: {
    order_id: 'text',
    position_id: 'text?',
    client_order_id: 'text',
    exchange_order_id: 'text?',
    symbol: 'text',
    type: 'text',
    side: 'text',
    purpose: 'text',
    actor: 'text?',
    strategy: 'text?',
    price: 'amount?',
    stop_price: 'amount?',
    reference_price: 'amount?',
    quantity: 'amount?',
    quote_quantity: 'amount?',
    reserved: 'amount',
    filled_quantity: 'amount',
    filled_value: 'amount',
    executed_quantity: 'amount?',
    status: 'text',
    status_reason: 'text?',
    slice_number: 'integer?',
    total_slices: 'integer?',
    latency_ms: 'integer?',
    slippage_percent: 'amount?',
    created_at: 'time',
    updated_at: 'time',
    executed_at: 'time?',
    /** Nothing more can fill by the rules of the exchange; follows from `status`. */
    finished: 'flag',
  },
  tilt_profiles: {
    profile_id: 'text',
    account_id: 'text',
    baseline_trades_per_hour: 'amount?',
    baseline_click_latency_ms: 'integer?',
    baseline_cancel_rate: 'amount?',
    current_tilt_score: 'integer',
    previous_tilt_score: 'integer',
    indicators: 'json',
    tilt_level: 'text',
    consecutive_losses: 'integer',
    last_intervention_at: 'time?',
    locked_until: 'time?',
    recovery_required: 'flag',
    journal_entries_required: 'integer',
    created_at: 'time',
    updated_at: 'time',
  },
  tilt_events: {
    event_id: 'text',
    profile_id: 'text',
    position_id: 'text?',
    event_type: 'text',
    tilt_indicators: 'json',
    tilt_score_before: 'integer',
    tilt_score_after: 'integer',
    intervention_message: 'text?',
    trader_response: 'text?',
    created_at: 'time',
  },
  market_states: {
    state_id: 'text',
    symbol: 'text',
    state: 'text',
    volatility_atr: 'amount?',
    spread_basis_points: 'integer?',
    volume_24h: 'amount?',
    liquidity_score: 'amount?',
    detected_at: 'time',
    state_duration_seconds: 'integer?',
  },
  global_market_states: {
    state_id: 'text',
    btc_price: 'amount',
    total_market_cap: 'amount?',
    fear_greed_index: 'integer?',
    correlation_spike: 'flag',
    state: 'text',
    vix_crypto: 'amount?',
    detected_at: 'time',
  },
  position_correlations: {
    correlation_id: 'text',
    position_1_id: 'text',
    position_2_id: 'text',
    correlation_coefficient: 'amount?',
    calculation_window: 'integer',
    last_calculated: 'time',
    alert_triggered: 'flag',
  },
  trading_sessions: {
    session_id: 'text',
    account_id: 'text',
    started_at: 'time',
    ended_at: 'time?',
    starting_balance: 'amount',
    ending_balance: 'amount?',
    peak_balance: 'amount',
    total_trades: 'integer',
    winning_trades: 'integer',
    losing_trades: 'integer',
    max_drawdown: 'amount',
    tilt_events_count: 'integer',
    session_type: 'text',
  },
} as const;

export type TableName = keyof typeof tables;
export type Row<T extends TableName> = {
  readonly [C in keyof (typeof tables)[T]]: CellOf<(typeof tables)[T][C]>;
};
export type Cell = string | number | null;

/** In an order in which rows may be written: what is referred to comes first. */
export const tableNames: readonly TableName[] = Object.keys(tables) as TableName[];

export function columnsOf(table: TableName): readonly string[] {
  return Object.keys(tables[table]);
}

/** The primary key is the first column. */
export function keyColumnOf(table: TableName): string {
  return columnsOf(table)[0] as string;
}
