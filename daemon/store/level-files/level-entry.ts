/** One write of LevelDB in a table or a log. Of several entries of one key the highest sequence number counts. */
export interface LevelEntry {
  readonly key: Buffer;
  /** LevelDB numbers all writes without a hole. */
  readonly sequence: number;
  /** Null = the key was deleted. */
  readonly value: Buffer | null;
}
