import { delay } from "../../base/delay.ts";
import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import type { DaemonClient } from "../daemon-client.ts";
import { exitCodes } from "../exit-codes.ts";
import type { Session } from "../session.ts";
import { failureText } from "../views/failure-text.ts";
import { type AwaitedPassword, type HoldUp, holdUpOf } from "./hold-up.ts";

/** How a password command ended at the lock. */
export type LockOutcome =
  | { readonly kind: "done" }
  | { readonly kind: "gone" }
  | { readonly kind: "failed"; readonly reason: string }
  /** The time ended first, or nothing can happen before then. */
  | { readonly kind: "waiting"; readonly why?: string };

const lookEveryMs = 250;
/** What holds it up is asked less often than whether it is done. */
const roundsPerReason = 8;

/** V1.6 `operation_stage`. */
const stages = { failed: 2, done: 3 } as const;

/**
 * Waits until the lock has carried out the accepted command, shows what it waits for, and says how it ended.
 * @returns whether the lock has carried it out
 * @throws DaemonUnreachable
 */
export async function showOutcome(
  session: Session,
  password: AwaitedPassword,
  seconds: number,
): Promise<boolean> {
  const { terminal } = session;
  const isJson = session.isJson();
  const startMs = performance.now();
  const onWait = (holdUp: HoldUp | null): void => {
    if (isJson) return;
    const waited = Math.floor((performance.now() - startMs) / 1000);
    const what = holdUp?.text ?? `waiting for ${password.name}`;
    terminal.status?.(`${what} (${waited} of ${seconds} s)`);
  };
  if (!isJson && terminal.status === undefined) {
    terminal.error(`waiting at most ${seconds} s for ${password.name}\n`);
  }
  const outcome = await outcomeOf(session.client(), password, { seconds, onWait });
  terminal.status?.("");
  if (isJson) terminal.out(`${JSON.stringify(outcome)}\n`);
  else session.say(outcomeText(outcome, password));
  if (outcome.kind === "failed") session.end(exitCodes.refused);
  if (outcome.kind === "waiting") session.end(exitCodes.underWay);
  return outcome.kind === "done" || outcome.kind === "gone";
}

/** How long to wait, and who is told what is waited for. */
export interface OutcomeWait {
  readonly seconds: number;
  onWait(holdUp: HoldUp | null): void;
}

/**
 * Reads the password until the lock has carried out the accepted command, until `seconds` are over, or until it is
 * known that nothing happens now.
 * @throws DaemonUnreachable
 */
export async function outcomeOf(
  client: DaemonClient,
  password: AwaitedPassword,
  { seconds, onWait }: OutcomeWait,
): Promise<LockOutcome> {
  const endMs = performance.now() + seconds * 1000;
  let holdUp: HoldUp | null = null;
  for (let round = 0; ; round += 1) {
    const record = await recordOf(client, password);
    if (record === null) return { kind: "gone" };
    const { operation_stage: stage, reason } = record;
    if (stage === stages.done) return { kind: "done" };
    if (stage === stages.failed) return { kind: "failed", reason: String(reason) };
    // The first moment is too early to say what holds it up.
    if (round % roundsPerReason === 1) holdUp = await holdUpOf(client, password, record);
    if (holdUp?.isEnd === true) return { kind: "waiting", why: holdUp.text };
    onWait(holdUp);
    if (performance.now() >= endMs) {
      return holdUp === null ? { kind: "waiting" } : { kind: "waiting", why: holdUp.text };
    }
    await delay(lookEveryMs);
  }
}

/** Returns the outcome as text for a person. */
export function outcomeText(outcome: LockOutcome, { name }: { readonly name: string }): string {
  switch (outcome.kind) {
    case "done":
      return `done: ${name} has confirmed it`;
    case "gone":
      return `done: it is gone from ${name}`;
    case "failed":
      return `failed: ${failureText(outcome.reason)}`;
    case "waiting":
      return `accepted, and still on its way: ${outcome.why ?? `${name} has not answered yet`}`;
  }
}

async function recordOf(
  client: DaemonClient,
  { uuid, id }: Pick<AwaitedPassword, "uuid" | "id">,
): Promise<JsonObject | null> {
  const { passwords } = await client.command("fetch_passwords", { uuid });
  const list: readonly Json[] = Array.isArray(passwords) ? passwords : [];
  for (const record of list) if (isJsonObject(record) && record["id"] === id) return record;
  return null;
}
