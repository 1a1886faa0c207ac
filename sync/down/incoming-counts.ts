/** What came from the cloud since the start of the process. */
export interface IncomingCounts {
  readonly commands: number;
  readonly repeats: number;
  /** Retained messages. A command must never be retained. */
  readonly retained: number;
  /** Malformed messages, forged ones if messages must be signed, and those on foreign topics. */
  readonly rejected: number;
  /** Commands answered `busy` and not carried out. */
  readonly refused: number;
}

/** The counts while they grow. */
export type Counting = { -readonly [Name in keyof IncomingCounts]: IncomingCounts[Name] };
