import type { JsonObject } from "../base/json.ts";
import type { Caller } from "../commands/caller.ts";
import type { CommandContext, Decision } from "../commands/command.ts";

/** The parts a gateway is made of, in the order they are told. */
export const healthParts = ["store", "stick", "network", "clock", "cloud", "api", "slots"] as const;

export type HealthPart = (typeof healthParts)[number];
export type HealthState = "ok" | "degraded" | "down";

/** How one part is. `reason` is for people: one sentence, empty when all is well, never a secret. */
export interface PartHealth {
  readonly state: HealthState;
  readonly reason: string;
}

export type HealthReport = Readonly<Record<HealthPart, PartHealth>>;

/** Tells how the parts are at this moment, without asking them anything that takes time. */
export interface HealthSource {
  health(): HealthReport;
}

/** One live event as a watcher gets it. It carries no code: those leave by the journal's doors only. */
export interface LiveEvent {
  /** Place in the journal, `<epoch>:<seq>`; no line break. */
  readonly id: string;
  /** V1.6 event name. */
  readonly event: string;
  readonly body: JsonObject;
}

export interface LiveEventSource {
  /** @returns a function that ends it. The listener never throws and never waits. */
  subscribe(listener: (event: LiveEvent) => void): () => void;
}

/** What authentication keeps: the tables `client`, `token` and `setting` of the one store. */
export interface CredentialStore {
  readonly view: CommandContext["view"];
  /**
   * Writes as one batch; the view has it at once, the disk when the promise is kept.
   * @throws (rejects) when the disk did not take it.
   */
  write(changes: Decision["changes"]): Promise<void>;
}

/** Trusted time, ms UTC; never goes back. */
export type TrustedClock = () => CommandContext["time"];

/** One number for Prometheus. Samples of one name have the same help and label names. */
export interface MetricSample {
  /** Without the prefix `latchd_`. */
  readonly name: string;
  readonly help: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface MetricSource {
  samples(): readonly MetricSample[];
}

/** A wrong client id or secret. */
export interface RefusedSignIn {
  readonly address: string;
  /** As it was given: it may be a secret in the wrong field. */
  readonly clientId: string;
  readonly transport: Caller["transport"];
}

/** A call that its caller's scope, or its transport, does not allow. */
export interface DeniedCall {
  readonly caller: Caller;
  readonly call: string;
}

/** Where refused sign-ins and denied calls are kept. It never throws and never waits. */
export interface RefusalTrail {
  signIn(refused: RefusedSignIn): void;
  denied(call: DeniedCall): void;
}
