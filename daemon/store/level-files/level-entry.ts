/** One write of LevelDB, as a table or a log has it: among entries of one key the highest sequence counts. */
export interface LevelEntry {
  readonly key: Buffer;
  /** LevelDB numbers every write of its life, without a hole. */
  readonly sequence: number;
  /** Null = the key was deleted. */
  readonly value: Buffer | null;
}
