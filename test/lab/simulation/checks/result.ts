import type { Finding, Rule } from "./findings.ts";
import type { Mutation } from "./mutation.ts";

/** The places that an adversary can control. */
export const adversaries = ["broker", "radio"] as const;

export type Adversary = (typeof adversaries)[number];

export interface SimulationOptions {
  readonly seed: number;
  readonly days: number;
  readonly locks: number;
  /** Commands about one lock; 6 by default. */
  readonly commandsPerDay?: number;
  /** The places that adversaries control; none by default. */
  readonly adversaries?: readonly Adversary[];
  /** The gateway accepts unsigned commands, and the radio adversary has the network key. */
  readonly isUnprotected?: boolean;
  /** The folder in which the store's folder is made; by default one in memory, where the system has one. */
  readonly directory?: string;
  /** The deliberate fault that the checks must find. */
  readonly mutation?: Mutation;
  onDay?(day: number): void;
  /** One line for everything that goes through the radio. */
  onTrace?(line: string): void;
}

export interface SimulationResult {
  readonly counts: readonly {
    readonly rule: Rule;
    readonly text: string;
    readonly count: number;
  }[];
  readonly findings: readonly Finding[];
  readonly steps: number;
  readonly days: number;
  readonly commands: number;
  readonly accepted: number;
  /** Accepted commands by name. */
  readonly done: ReadonlyMap<string, number>;
  /** Openings that happened, and those that were reported. */
  readonly opened: number;
  readonly openings: number;
  /** Openings that the radio reported twice, or never; a lock's own log makes up for some of these. */
  readonly wrongReports: { readonly twice: number; readonly never: number };
  readonly writes: number;
  /** Every operation that was sent, reads and clocks too. */
  readonly frames: number;
  /** Times from acceptance to the lock's confirmation for commands that no fault delayed, ms, sorted. */
  readonly confirmedMs: {
    readonly grant: readonly number[];
    readonly revocation: readonly number[];
  };
  readonly faults: ReadonlyMap<string, number>;
  /** What an adversary did, by kind. */
  readonly harm: ReadonlyMap<string, number>;
  readonly ends: ReadonlyMap<string, number>;
  /** The same for the same seed: a fold over everything that went through the radio. */
  readonly trace: string;
}
