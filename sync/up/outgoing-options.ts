import type { EncodeRecord } from "./encoding/record-reader.ts";

export interface OutgoingOptions {
  readonly acknowledge: "broker" | "cloud";
  readonly cloudTimeoutMs: number;
  /** How long records wait for a subscriber after the broker has said that there is none, in ms. */
  readonly unheardWaitMs: number;
  readonly encode: EncodeRecord;
  /** A record is larger than the broker accepts; called for the first record of a size. */
  onTooLarge?(seq: number, bytes: number): void;
  /** Records that were not sent yet are no longer in the journal. */
  onGap(from: number, to: number): void;
  /** The range of records that no subscriber received has changed. */
  onUnheard(): void;
  /** A reply was not sent again: too many wait, or the journal no longer has it. */
  onResendDropped(seq: number): void;
}
