import type { LossCause } from "../../link/loss-cause.ts";

/** Bytes of a PUBLISH beside its topic and body: fixed header, lengths, packet id, properties. */
export const publishOverheadBytes = 32;

/** A record as it is published. */
export interface Publication {
  readonly topic: string;
  readonly body: string;
  /** Further pages of the same record. */
  readonly further?: readonly string[];
  /** Whether it only says that the record is not sent. */
  readonly isStub?: true;
}

/** How large a record may be, in bytes of its topic and body, and whether a stub must replace it. */
export interface Form {
  readonly wholeBytes: number;
  readonly pageBytes: number;
  readonly stub: StubReason | null;
}

/** Why a stub replaces a record: `tooLarge` for its size, `refused` for any other reason. */
export type StubReason = "tooLarge" | "refused";

/** What is needed of a publication in flight to judge whether it caused a loss. */
export interface PublishedRecord {
  readonly seq: number;
  /** Topic and body. */
  readonly bytes: number;
  /** Whether it is a stub: nothing smaller can be sent. */
  readonly isStub: boolean;
}

/** Why the broker does not accept something; for the health report. */
export interface DeliveryProblem {
  readonly cause: LossCause;
  readonly why: string;
}
