import type { JsonObject } from "../base/json.ts";
import type { Activity } from "../commands/activity/activity-notes.ts";
import type { Caller } from "../commands/caller.ts";
import type { CommandContext, Decision } from "../commands/command.ts";

/** One live event for a watcher. It has no code, because codes leave only with the journal. */
export interface LiveEvent {
  /** Number in the journal, `<epoch>:<seq>`, without a line break. */
  readonly id: string;
  /** The part of the id that grows with each event. */
  readonly seq: number;
  /** V1.6 event name. */
  readonly event: string;
  /** The lock that it concerns; null = the gateway. */
  readonly lock: string | null;
  readonly body: JsonObject;
}

/** What a watcher has missed. */
export interface MissedEvents {
  /** The oldest first. The first may be a `journalGap` that says what is missing before the others. */
  readonly events: readonly LiveEvent[];
  /** The last event that has gone by, shown or not: later ones come to the listeners. */
  readonly through: string;
}

export interface LiveEventSource {
  /** @returns a function that ends it. The listener never throws and never waits. */
  subscribe(listener: (event: LiveEvent) => void): () => void;
  /** Returns the id of the last event that has gone by: listeners get those after it. */
  position(): string;
  /** Returns the events after the one with this id. @param id of any text, as a watcher gave it */
  missed(id: string): Promise<MissedEvents>;
}

/** The store of authentication: the tables `client`, `token`, `account`, `pass`, `session` and `setting`. */
export interface CredentialStore {
  readonly view: CommandContext["view"];
  /**
   * Writes one batch. The view has it at once, the disk when the promise resolves.
   * @param activities what the batch is in the activity log and in the journal
   * @throws (rejects) when the disk did not take it
   */
  write(changes: Decision["changes"], activities?: readonly Activity[]): Promise<void>;
}

/** What a person who is signed in sees of the gateway itself. */
export interface GatewayFacts extends JsonObject {
  readonly version: string;
  /** Its host name. */
  readonly gateway: string;
  /** IANA name of the zone in which the page shows times. */
  readonly time_zone: string;
}

/** Trusted time, ms UTC; never goes back. */
export type TrustedClock = () => CommandContext["time"];

/** One number for Prometheus. Samples of one name have the same help and label names. */
export interface MetricSample {
  /** Without the prefix `latchd_`. */
  readonly name: string;
  /** A counter only grows, and begins at 0 with the process. */
  readonly type: "gauge" | "counter";
  readonly help: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

export interface MetricSource {
  samples(): readonly MetricSample[];
}

/** Wrong credentials. */
export interface RefusedSignIn {
  readonly address: string;
  /**
   * Who the caller says it is: a client's id, a person's name, or nobody because it came with a link. It may be a
   * secret in the wrong field.
   */
  readonly as: { readonly kind: "client" | "account"; readonly name: string } | null;
  readonly transport: Caller["transport"];
}

/** A person who has signed in on the page. */
export interface SignIn {
  readonly caller: Caller;
  readonly address: string;
}

/** A call that the caller's scope, or its transport, does not allow. */
export interface DeniedCall {
  readonly caller: Caller;
  readonly call: string;
}

/** Records sign-ins on the page, refused sign-ins and denied calls. It never throws and never waits. */
export interface AccessTrail {
  signedIn(signIn: SignIn): void;
  refusedSignIn(refused: RefusedSignIn): void;
  denied(call: DeniedCall): void;
}

/**
 * HTTP status of answers under `/openapi/v1/` and `/v1/`: `always_200` = 200 whatever ErrNo says, as clients of the
 * published document expect; `http` = the status of ErrNo in the table of errors.
 */
export type StatusPolicy = "always_200" | "http";
