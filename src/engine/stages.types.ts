/** Misuse of the stages of admission that must not compile: a stage skipped, or made by hand. */
import type {
  EntryRequest,
  Reduce,
  RiskApproved,
  SizedEntry,
  TierAuthorised,
  TiltCleared,
} from '../core/stages.ts';
import { entryIntent, reduceIntent, type IntentIds } from './executor/intent.ts';

declare const request: EntryRequest;
declare const sized: SizedEntry;
declare const approved: RiskApproved;
declare const cleared: TiltCleared;
declare const authorised: TierAuthorised;
declare const reduce: Reduce;
declare const ids: IntentIds;
declare function tilt(entry: RiskApproved): TiltCleared;
declare function tier(entry: TiltCleared): TierAuthorised;

entryIntent(authorised, ids);
entryIntent(tier(tilt(approved)), ids);
tilt(authorised);
reduceIntent(reduce, ids);

// @ts-expect-error a request that passed nothing is not executed
entryIntent(request, ids);

// @ts-expect-error a size that nobody approved is not executed
entryIntent(sized, ids);

// @ts-expect-error what the tier has not authorised is not executed
entryIntent(cleared, ids);

// @ts-expect-error tilt is not skipped
tier(approved);

// @ts-expect-error risk is not skipped
tilt(sized);

// @ts-expect-error a stage is not made by hand
tier({ ...sized });

// @ts-expect-error an exit is not an entry
entryIntent(reduce, ids);

// @ts-expect-error an entry is not an exit
reduceIntent(authorised, ids);
