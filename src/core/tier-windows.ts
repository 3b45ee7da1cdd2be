/**
 * How far back the tier machine looks: the fold keeps this much and never the history, so that its state stays
 * small however long the account lives. A window in the configuration cannot be longer.
 */
export const DAYS_KEPT: number = 62;
export const ORDERS_KEPT: number = 100;
