import type { LossCause } from "../../link/loss-cause.ts";

/** Bytes of a PUBLISH beside its topic and body: fixed header, lengths, packet id, properties. */
export const publishOverheadBytes = 32;

/** A record ready for the broker. */
export interface Publication {
  readonly topic: string;
  readonly body: string;
  /** Further pages of the same record. */
  readonly further?: readonly string[];
  /** It says only that the record is not sent. */
  readonly isStub?: true;
}

/** How large a record may be, in bytes of its topic and body, or that a stub must stand in for it. */
export interface Form {
  readonly wholeBytes: number;
  readonly pageBytes: number;
  readonly stub: StubReason | null;
}

/** What stands in for a record: `tooLarge` for its size, `refused` for anything else. */
export type StubReason = "tooLarge" | "refused";

/** A publication on its way, as far as it can be the cause of a loss. */
export interface PublishedRecord {
  readonly seq: number;
  /** Topic and body. */
  readonly bytes: number;
  /** It is what stands in for a record: nothing smaller can be sent. */
  readonly isStub: boolean;
}

/** What keeps the journal from going on; for the health report. */
export interface DeliveryProblem {
  readonly cause: LossCause;
  readonly why: string;
}
