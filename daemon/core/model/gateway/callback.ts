/** A URL that receives the events by POST (V1.6 section 9). */
export interface CallbackRecord {
  readonly callbackId: string;
  /** `https`, or `http` where that is allowed. */
  readonly url: string;
  readonly createdAtMs: number;
  /** Journal epoch and record after which it begins: it does not receive events from before its registration. */
  readonly epoch: string;
  readonly afterSeq: number;
  /**
   * The callback was registered on the gateway itself. False = it was registered over the network, and must not
   * name this machine. Absent in records of older versions, which may name it.
   */
  readonly isLocal?: boolean;
  /** Key of the signature, base64url of 256 random bits; absent in records of older versions: unsigned. */
  readonly signingKey?: string;
}
