import Type from "typebox";
import { isJsonObject, type JsonObject } from "../../base/json.ts";
import { activityIds } from "../../core/logs/activity-log.ts";
import type { StorageReport } from "../../core/model/gateway/storage.ts";
import type { LockRecord } from "../../core/model/lock.ts";
import type { PasswordRecord } from "../../core/model/password.ts";
import type { Caller } from "../caller.ts";
import type { CommandContext } from "../command.ts";
import { answer, readCommand } from "../definition.ts";
import { mayReadEntry, mayReadEvent, type Reader } from "../history/event-scopes.ts";
import { journalReplyFields, recordFields } from "../history/journal-record.ts";
import { lockFields } from "../locks/lock-fields.ts";
import { lockStatusFields } from "../locks/lock-status.ts";
import { slotsFields } from "../locks/slots/slot-fields.ts";
import type { CommandView } from "../ports.ts";
import { noFields } from "../schema/request-fields.ts";
import { mayEnter } from "../work/may-touch.ts";
import { networkOf } from "../work/network-of.ts";
import { clockFields } from "./clock-fields.ts";
import type { CallbackReport } from "./diagnostics.ts";
import { examine, fieldsOf } from "./doctor/doctor.ts";
import { namesIn, Pseudonyms } from "./pseudonyms.ts";

/** A bundle leaves the house: it tells no more than a technician may know, whoever makes it. */
function readerFor({ homes, session }: Caller): Reader {
  return {
    scope: "technician",
    ...(homes === undefined ? {} : { homes }),
    ...(session === undefined ? {} : { session }),
  };
}

/** Newest journal records in a bundle. */
const journalLength = 200;

const anything = Type.Object({}, { additionalProperties: true });

/** Tables whose records a bundle counts. */
const countedTables = [
  ...["lock", "password", "slot", "home", "room", "client", "account", "callback"],
] as const;

/**
 * Everything that a technician would ask for, without codes, telephone numbers, notes and addresses. Names of locks,
 * places and people are pseudonyms: the same in every bundle of a gateway, because support has to tell things apart.
 */
export const supportBundle = readCommand({
  name: "support_bundle",
  summary:
    "All diagnostics in one answer: the doctor, store, disk, network, locks, journal and the log's last lines, without codes, names and telephone numbers.",
  access: "technician",
  errors: [],
  resources: [{ method: "GET", path: "/api/support-bundle" }],
  activity: activityIds.supportBundleMade,
  input: noFields,
  /** For people: its fields may change with every version. */
  output: Type.Object({
    doctor: Type.Array(anything, { description: "as doctor finds it" }),
    store: anything,
    storage: anything,
    log: Type.Array(anything, { description: "the newest lines, the oldest first" }),
    gateway: anything,
    clock: anything,
    stick: anything,
    network: Type.Array(anything),
    callbacks: Type.Array(anything),
    locks: Type.Array(anything),
    journal: Type.Object(journalReplyFields),
  }),
  async run(context) {
    const { site, view } = context;
    const { diagnostics } = site;
    const findings = await examine(context);
    const names = new Pseudonyms(namesOf(context), (name) => diagnostics.pseudonym(name));
    const journal = await newestRecords(view, readerFor(context.caller));
    const stick = await diagnostics.stick();
    const network = networkOf(context, await diagnostics.network(false));
    return answer({
      doctor: findings.map((found) => names.replaced(fieldsOf(found))),
      store: storeFields(view),
      storage: storageFields(await diagnostics.storage()),
      log: logOf(context, names),
      gateway: gatewayFields(context, names),
      clock: clockFields(diagnostics.clock()),
      stick: { ...stick },
      network: network.devices.map((device) => ({ ...device })),
      callbacks: diagnostics.callbacks().map(callbackFields),
      locks: [...view.list("lock")].map((lock) => supportFields(context, { lock, names })),
      journal,
    });
  },
});

/** The program's own name is nobody's. */
function namesOf({ view, site }: CommandContext): readonly string[] {
  const { name } = site.gateway();
  return [...namesIn(view), ...(name === "latchd" ? [] : [name])];
}

/** Leaves out a home that does not belong to the caller's work. */
function gatewayFields({ caller, site }: CommandContext, names: Pseudonyms): JsonObject {
  const gateway = site.gateway();
  const homeId = mayEnter(caller, gateway.homeId) ? gateway.homeId : "";
  const settings = names.replaced(site.diagnostics.support());
  return {
    ...gateway,
    name: names.of(gateway.name),
    homeId,
    ...(isJsonObject(settings) ? settings : {}),
  };
}

function storageFields({ setAside, ...storage }: StorageReport): JsonObject {
  return { ...storage, setAside: setAside === null ? null : { ...setAside } };
}

/** Returns how much is in the store. */
function storeFields(view: CommandView): JsonObject {
  const counts = countedTables.map((table) => [table, [...view.list(table)].length] as const);
  return {
    records: Object.fromEntries(counts),
    journal: { ...view.journalRange() },
    activity_log: { ...view.activityRange() },
    radio_log: { ...view.radioRange() },
  };
}

/**
 * Returns the last lines of the log. They are about the whole gateway: who works in one home only gets none, and nobody
 * gets those about doors and callers, as in the journal.
 */
function logOf({ caller, site }: CommandContext, names: Pseudonyms): readonly JsonObject[] {
  const reader = readerFor(caller);
  if (caller.homes !== undefined) return [];
  return site.diagnostics.logLines().flatMap((line) => {
    const fields = names.line(line);
    if (fields === null || fields["part"] === "security") return [];
    const { event } = fields;
    return typeof event === "string" && !mayReadEvent(reader, event) ? [] : [fields];
  });
}

async function newestRecords(view: CommandView, reader: Reader): Promise<JsonObject> {
  const { epoch, oldest: tail, head } = view.journalRange();
  const records = await view.readJournal(Math.max(tail, head - journalLength + 1), journalLength);
  return {
    epoch,
    tail,
    head,
    records: records
      .filter(({ entry }) => mayReadEntry(reader, view, entry))
      .map((record) => recordFields(record, reader)),
  };
}

/** Leaves out the URL, which may hold a key, and the server's own text, which may hold anything. */
function callbackFields(callback: CallbackReport): JsonObject {
  const { callbackId, state, backlog, delivered, leftOut, lastError } = callback;
  return { callbackId, state, backlog, delivered, leftOut, hasError: lastError !== "" };
}

function supportFields(
  context: CommandContext,
  { lock, names }: { readonly lock: LockRecord; readonly names: Pseudonyms },
): JsonObject {
  return {
    ...lockFields(context.view, lock),
    name: names.of(lock.name),
    ...lockStatusFields(context, lock),
    capabilities: { ...lock.capabilities },
    slots: slotsFields(context, lock),
    passwords: [...context.view.list("password", [lock.lock])].map(passwordFields),
  };
}

function passwordFields(password: PasswordRecord): JsonObject {
  return {
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
  };
}
