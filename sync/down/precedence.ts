import { isRevocation } from "../../daemon/commands/passwords/revocation.ts";
import type { DownTopic } from "../topics.ts";
import type { Body } from "./message-body.ts";
import type { Precedence } from "./message-queue.ts";

/** What moves a lock at once, while somebody stands at the door. */
const atTheDoor: ReadonlySet<string> = new Set(["remote_unlock", "remote_lock"]);
const inSequence: Precedence = { lock: null, overtakes: "none" };
/** Acknowledgements, the cloud's time and its questions: they are short, and the journal waits for them. */
const first: Precedence = { lock: null, overtakes: "all" };

/** Returns the place of a message in the queue: those about one lock keep their sequence, revocations hurry. */
export function precedenceOf(topic: DownTopic, body: Body): Precedence {
  const fields = body.ok ? fieldsOf(body.value) : null;
  if (fields === null) return inSequence;
  if (topic === "sync") {
    return "snapshot" in fields ? { ...inSequence, lock: lockOf(fields["snapshot"]) } : first;
  }
  const { command, params } = fields;
  const lock = lockOf(params);
  // Named by a room, it may be any lock.
  if (typeof command !== "string" || lock === null) return inSequence;
  const hurries = isRevocation(command, params) || atTheDoor.has(command);
  return { lock, overtakes: hurries ? "otherLocks" : "none" };
}

/** Returns the address by which a published call or a lock action names a lock, in one spelling. */
function lockOf(params: unknown): string | null {
  const { uuid, devId } = fieldsOf(params) ?? {};
  const address = uuid ?? devId;
  return typeof address === "string" ? address.toLowerCase() : null;
}

function fieldsOf(value: unknown): Readonly<Record<string, unknown>> | null {
  return typeof value === "object" && value !== null ? { ...value } : null;
}
