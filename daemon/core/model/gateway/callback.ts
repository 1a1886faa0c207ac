/** A URL that gets the events by POST (V1.6 section 9). */
export interface CallbackRecord {
  readonly callbackId: string;
  /** `https`, or `http` where that is allowed. */
  readonly url: string;
  readonly createdAtMs: number;
  /** Journal epoch and record after which it begins: events before its registration are not told. */
  readonly epoch: string;
  readonly afterSeq: number;
  /**
   * Registered on the gateway itself. False = it came over the network, and must not name this machine.
   * Absent in records of older versions, which may.
   */
  readonly isLocal?: boolean;
  /** Key of the signature, base64url of 256 random bits; absent in records of older versions: unsigned. */
  readonly signingKey?: string;
}
