import type { StubReason } from "./obstacles.ts";

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
