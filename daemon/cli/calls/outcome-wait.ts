import { delay } from "../../base/delay.ts";
import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import type { DaemonClient } from "../daemon-client.ts";

/** How a password command ended at the lock. */
export type LockOutcome =
  | { readonly kind: "done" }
  | { readonly kind: "gone" }
  | { readonly kind: "failed"; readonly reason: string }
  /** The time ended first. */
  | { readonly kind: "waiting" };

const lookEveryMs = 250;

/** V1.6 `operation_stage`. */
const stages = { failed: 2, done: 3 } as const;

/**
 * Reads the password until the lock has carried out the accepted command, or `seconds` are over.
 * @throws DaemonUnreachable
 */
export async function outcomeOf(
  client: DaemonClient,
  password: { readonly uuid: string; readonly id: number },
  seconds: number,
): Promise<LockOutcome> {
  const endMs = performance.now() + seconds * 1000;
  for (;;) {
    const record = await recordOf(client, password);
    if (record === null) return { kind: "gone" };
    const { operation_stage: stage, reason } = record;
    if (stage === stages.done) return { kind: "done" };
    if (stage === stages.failed) return { kind: "failed", reason: String(reason) };
    if (performance.now() >= endMs) return { kind: "waiting" };
    await delay(lookEveryMs);
  }
}

/** Returns the outcome as text for a person. */
export function outcomeText(outcome: LockOutcome): string {
  switch (outcome.kind) {
    case "done":
      return "done: the lock has confirmed it";
    case "gone":
      return "done: it is gone from the lock";
    case "failed":
      return `failed: ${outcome.reason}`;
    case "waiting":
      return "accepted, and still on its way: the lock has not answered, or its time has not begun";
  }
}

async function recordOf(
  client: DaemonClient,
  { uuid, id }: { readonly uuid: string; readonly id: number },
): Promise<JsonObject | null> {
  const { passwords } = await client.command("fetch_passwords", { uuid });
  const list: readonly Json[] = Array.isArray(passwords) ? passwords : [];
  for (const record of list) if (isJsonObject(record) && record["id"] === id) return record;
  return null;
}
