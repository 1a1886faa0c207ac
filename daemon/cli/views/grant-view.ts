import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import { cleanText } from "../../core/input/plain-text.ts";
import { objects } from "../doctor/objects.ts";
import { type Block, nothing, type Row } from "../terminal/blocks.ts";
import { failureText } from "./failure-text.ts";
import { whenText } from "./password-view.ts";
import type { ReplyFrame } from "./reply-blocks.ts";

/** Why a door is not done, where it is no failure of its lock. */
const reasons: Readonly<Record<string, string>> = {
  waiting: "on its way",
  removing: "being removed; the lock may still have it",
  missing: "somebody deleted it at this lock",
  unpaired: "unpaired; nobody has confirmed that it has no code",
  changed: "somebody changed it at this lock alone",
};

/** The grants, each with where its code is now. */
export function grantsBlocks(fields: JsonObject, frame: ReplyFrame): readonly Block[] {
  const grants = objects(fields["grants"]);
  if (grants.length === 0) {
    const none = "no grant; next: latchctl grant add PERSON --lock LOCK --lock LOCK";
    return [{ kind: "table", rows: [], none }];
  }
  const more: readonly Block[] =
    fields["more"] === 1
      ? [{ kind: "text", text: `${String(fields["total"])} in all; see --offset and --count` }]
      : [];
  return [...grants.flatMap((grant) => grantBlocks(grant, frame)), ...more];
}

/** One grant: what is wanted, and where its code is now. */
export function grantBlocks(grant: JsonObject, { timeZone }: ReplyFrame): readonly Block[] {
  const { person, grant_id: id, password, outcome } = grant;
  const facts: Row = [
    ["person", textOf(person)],
    ["grant", textOf(id)],
    ["code", textOf(password)],
    ["opens", person === undefined ? nothing : opensText(grant, timeZone)],
    ["uses", usesText(grant["uses"])],
    ["at its locks", String(outcome)],
  ];
  const rows = objects(grant["doors"]).map(doorRow);
  return [
    { kind: "facts", facts: facts.filter(([, text]) => text !== nothing) },
    { kind: "table", rows, none: "it has no locks" },
  ];
}

function opensText(grant: JsonObject, timeZone: string): string {
  if (grant["revoked_at"] !== null) return "never: it is revoked";
  const { begin = null, end = null, weekly } = grant;
  const week = isJsonObject(weekly) ? { weekly } : {};
  const when = whenText({ permission: { begin, end }, ...week }, timeZone);
  return grant["is_frozen"] === 1 ? `never while it is frozen; else ${when}` : when;
}

function usesText(uses: Json | undefined): string {
  if (!isJsonObject(uses ?? null)) return nothing;
  const { limit, by, count } = { ...Object(uses) };
  return by === "door"
    ? `${String(limit)} at each lock; ${String(count)} until now in all`
    : `${String(count)} of ${String(limit)}`;
}

function doorRow(door: JsonObject): Row {
  const { lock_name: name, uuid, outcome, reason, stage } = door;
  return [
    ["lock", name === "" ? textOf(uuid) : textOf(name)],
    ["state", outcome === "done" ? doneText(stage) : String(outcome)],
    ["why", reason === null ? nothing : (reasons[String(reason)] ?? failureText(reason))],
  ];
}

/** A reply of a change has no stage. */
function doneText(stage: Json | undefined): string {
  if (stage === "inLock" || stage === "confirmed") return "in the lock";
  if (stage === "closed") return "opens nothing now";
  return stage === null ? "gone from the lock" : "done";
}

function textOf(value: Json | undefined): string {
  return typeof value === "string" && value !== "" ? cleanText(value) : nothing;
}
