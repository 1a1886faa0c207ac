/** A URL that gets the events by POST (V1.6 section 9). */
export interface CallbackRecord {
  readonly callbackId: string;
  /** `https`, or `http` where that is allowed. */
  readonly url: string;
  readonly createdAtMs: number;
  /** Journal epoch and record after which it begins: events before its registration are not told. */
  readonly epoch: string;
  readonly afterSeq: number;
}
