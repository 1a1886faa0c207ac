/** A broker that can be killed and comes back on its port. */
export interface SoakBroker {
  readonly url: string;
  kill(): Promise<void>;
  restart(): Promise<void>;
  stop(): Promise<void>;
}

export interface SoakPlan {
  readonly seed: number;
  readonly locks: number;
  readonly events: number;
  readonly commands: number;
  /** SIGKILLs of the daemon; between them the line is cut and the broker killed. */
  readonly kills: number;
  /** The time limit, after which the run stops with what it has reached. */
  readonly limitMs: number;
}

/** The result of a run. Every number has already been checked. */
export interface SoakReport {
  readonly seed: number;
  readonly seconds: number;
  readonly events: number;
  /** Openings that happened at the locks. */
  readonly openings: number;
  /** Entries that locks had overwritten in their logs before they were read, as the gateway reports them. */
  readonly overwritten: number;
  readonly commands: number;
  readonly refusedByLock: number;
  readonly records: number;
  readonly repeats: number;
  readonly daemonKills: number;
  readonly brokerKills: number;
  readonly lineCuts: number;
  /** Everything that was planned was done before the limit of time. */
  readonly isComplete: boolean;
}
