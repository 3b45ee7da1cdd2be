/** A deliberate breakage, made by wrapping a port: what the oracle must catch if it is any good. */
import type { HttpClient } from '../core/ports/network.ts';
import type { EventLog } from '../core/ports/event-log.ts';
import type { Gateway, GatewayListener } from '../core/ports/gateway.ts';
import type { Rules } from '../core/rules.ts';
import type { FaultKind } from './faults.ts';

/** Makes the gateway around a listener that it may lie to. */
export type GatewayMaker = (
  make: (listener: GatewayListener) => Gateway,
  listener: GatewayListener,
) => Gateway;

export type Mutant = {
  readonly name: string;
  /** Numbers of the invariants that it breaks; being caught by any of them counts. */
  readonly breaks: readonly string[];
  /** Kinds of fault that bring it out; what the seed draws when left out. */
  readonly faults?: readonly FaultKind[];
  readonly log?: (log: EventLog) => EventLog;
  readonly http?: (http: HttpClient) => HttpClient;
  readonly gateway?: GatewayMaker;
  readonly rules?: (rules: Rules) => Rules;
};
