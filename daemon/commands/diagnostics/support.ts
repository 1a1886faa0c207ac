import Type from "typebox";
import type { JsonObject } from "../../base/json.ts";
import type { LockRecord } from "../../core/model/lock.ts";
import type { PasswordRecord } from "../../core/model/password.ts";
import { mayReadEntry } from "../history/event-scopes.ts";
import { lockFields, lockStatusFields, slotsFields } from "../locks/lock-reads.ts";
import type { CommandView } from "../ports.ts";
import { answer, readCommand } from "../read-command.ts";
import { clockFields } from "./clock.ts";
import type { CallbackReport } from "./diagnostics.ts";
import { recordFields } from "./technician-reads.ts";
import { supportReply } from "./technician-replies.ts";

/** A bundle leaves the house: whoever makes it, no more is in it than a technician may know. */
const support = { scope: "technician" } as const;

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
      ...lockFields(lock),
      name: "",
      ...lockStatusFields(context, lock),
      capabilities: { ...lock.capabilities },
      slots: slotsFields(context, lock),
      passwords: passwordsOf(view, lock),
    }));
    return answer({
      gateway: { ...site.gateway(), name: "", ...diagnostics.support() },
      clock: clockFields(diagnostics.clock()),
      stick: { ...stick },
      network: network.devices.map((device) => ({ ...device })),
      callbacks: diagnostics.callbacks().map(callbackWords),
      locks,
      journal: {
        epoch,
        tail,
        head,
        records: records
          .filter(({ entry }) => mayReadEntry(support, entry))
          .map((record) => recordFields(record, support)),
      },
    });
  },
});

/** A URL may hold a key in its path or query, and its server's words anything: neither is in the bundle. */
function callbackWords(callback: CallbackReport): JsonObject {
  const { callbackId, state, backlog, delivered, leftOut, lastError } = callback;
  return { callbackId, state, backlog, delivered, leftOut, hasError: lastError !== "" };
}

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
