import Type from "typebox";
import type { JsonObject } from "../core/journal.ts";
import type { LockRecord } from "../core/lock.ts";
import type { PasswordRecord } from "../core/password.ts";
import { clockWords } from "./clock.ts";
import type { CommandView } from "./command.ts";
import { lockStatusWords, lockWords, slotsWords } from "./lock-reads.ts";
import { answer, readCommand } from "./read-command.ts";
import { recordWords } from "./technician-reads.ts";
import { supportReply } from "./technician-replies.ts";

/** Newest journal records in a bundle. */
const journalLength = 200;

/**
 * For support: what a technician would ask for, without codes, names of people, telephone numbers,
 * notes and addresses. Ids stay: without them nothing could be told apart.
 */
export const supportBundle = readCommand({
  name: "support_bundle",
  summary: "All diagnostics in one answer, without codes, names and telephone numbers.",
  access: "technician",
  input: Type.Object({}, { additionalProperties: false }),
  output: supportReply,
  async run(context) {
    const { site, view } = context;
    const { diagnostics } = site;
    const { epoch, oldest: tail, head } = view.journalRange();
    const records = await view.readJournal(Math.max(tail, head - journalLength + 1), journalLength);
    const stick = await diagnostics.stick();
    const network = await diagnostics.network(false);
    const locks = [...view.list("lock")].map((lock) => ({
      ...lockWords(lock),
      name: "",
      ...lockStatusWords(context, lock),
      capabilities: { ...lock.capabilities },
      slots: slotsWords(context, lock),
      passwords: passwordsOf(view, lock),
    }));
    return answer({
      gateway: { ...site.gateway(), name: "", ...diagnostics.support() },
      clock: clockWords(diagnostics.clock()),
      stick: { ...stick },
      network: network.devices.map((device) => ({ ...device })),
      callbacks: diagnostics.callbacks().map((callback) => ({ ...callback })),
      locks,
      journal: {
        epoch,
        tail,
        head,
        records: records.map((record) => withoutNames(recordWords(record))),
      },
    });
  },
});

function passwordsOf(view: CommandView, lock: LockRecord): readonly JsonObject[] {
  return [...view.list("password", [lock.lock])].map((password: PasswordRecord) => ({
    id: password.id,
    window: {
      begin_ms: password.window.beginMs,
      end_ms: password.window.endMs,
      is_weekly: password.window.weekly !== null,
    },
    is_frozen: password.isFrozen,
    is_one_time: password.isOneTime,
    is_deleted: password.isDeleted,
    has_code: password.code !== null,
    origin: password.origin,
    revision: password.revision,
    operation: password.operation,
    stage: password.operationStage,
    failure: password.failure,
    user_id: password.userId,
    changed_ms: password.changedAtMs,
  }));
}

const personal: ReadonlySet<string> = new Set([
  "source_name",
  "name",
  "phone",
  "phonenumber",
  "to",
]);

function withoutNames(record: JsonObject): JsonObject {
  const { detail } = record;
  if (typeof detail !== "object" || detail === null || Array.isArray(detail)) return record;
  const kept = Object.entries(detail).filter(([name]) => !personal.has(name));
  return { ...record, detail: Object.fromEntries(kept) };
}
