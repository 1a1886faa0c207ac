import Type, { type Static } from "typebox";
import type { JsonObject } from "../../base/json.ts";
import { isLockId } from "../../core/model/door-lock.ts";
import type { NetworkReport } from "../../core/model/gateway/network.ts";
import { eventNames, type JournalRecord } from "../../core/model/journal.ts";
import type { Caller } from "../caller.ts";
import type { Command, CommandContext } from "../command.ts";
import { detailFor, mayReadEntry } from "../history/event-scopes.ts";
import { findLock } from "../locks/address.ts";
import { lockFields, lockStatusFields } from "../locks/lock-reads.ts";
import { lockDetailsReply } from "../locks/lock-replies.ts";
import { foundLocks, suspensionFields } from "../locks/network-status.ts";
import type { CommandView } from "../ports.ts";
import { answer, readCommand } from "../read-command.ts";
import { anyResult, flag, lockAddress, seconds } from "../schema/request-fields.ts";
import { logLevels } from "./diagnostics.ts";
import { journalReply, levelReply, networkReply, stickReply } from "./technician-replies.ts";

/* latchd's own: what technicians look at. Times are Unix seconds where the name does not say ms. */

const nothing = Type.Object({}, { additionalProperties: false });

const getStick = readCommand({
  name: "get_stick",
  summary: "The Zigbee stick: port, firmware, and how fast it answers.",
  access: "technician",
  input: nothing,
  output: stickReply,
  async run({ site }) {
    const stick = await site.diagnostics.stick();
    return answer({
      path: stick.path,
      state: stick.state,
      cause: stick.cause,
      reason: stick.reason,
      firmware: stick.firmware,
      channel: stick.channel,
      pan_id: stick.panId,
      ping_ms: stick.pingMs,
      is_permitting_join: site.gateway().isPermittingJoin ? 1 : 0,
    });
  },
});

const getNetwork = readCommand({
  name: "get_network",
  summary: "The devices of the Zigbee network, how well they are heard, and who is whose parent.",
  access: "technician",
  input: Type.Object(
    { links: Type.Optional(flag("1 = ask the routers for their neighbours; takes seconds")) },
    { additionalProperties: false },
  ),
  output: networkReply,
  async run({ site, view, signal }, input) {
    const network = await site.diagnostics.network(input.links === 1, signal);
    return answer(networkWords(network, { site, view }));
  },
});

function networkWords(
  network: NetworkReport,
  seen: Pick<CommandContext, "site" | "view">,
): JsonObject {
  const { view } = seen;
  const found = new Set(foundLocks(seen).map(({ uuid }) => uuid));
  const parents = new Map<string, string>();
  for (const { from, to, relation } of network.links) {
    if (relation === "child") parents.set(to, from);
    if (relation === "parent") parents.set(from, to);
  }
  const names = new Map<string, string>([...view.list("lock")].map((at) => [at.lock, at.name]));
  return {
    devices: network.devices.map((device) => ({
      uuid: device.uuid,
      kind: device.kind,
      name: names.get(device.uuid) ?? "",
      network_address: device.networkAddress,
      brand: device.manufacturer,
      model: device.model,
      link_quality: device.linkQuality,
      last_seen: device.lastSeenMs === null ? null : Math.floor(device.lastSeenMs / 1000),
      parent: parents.get(device.uuid) ?? null,
      is_found: found.has(device.uuid) ? 1 : 0,
      grants_held: isLockId(device.uuid)
        ? (suspensionFields(view, device.uuid)["grants_held"] ?? 0)
        : 0,
    })),
    links: network.links.map((link) => ({
      from: link.from,
      to: link.to,
      link_quality: link.linkQuality,
      relation: link.relation,
    })),
    silent: network.silent,
  };
}

const addressed = Type.Object(lockAddress, { additionalProperties: false });

const showLock = readCommand({
  name: "show_lock",
  summary: "Everything known of one lock beside its codes.",
  access: "technician",
  input: addressed,
  output: lockDetailsReply,
  run(context, input) {
    const { view } = context;
    const lock = findLock(view, input);
    const binding = view.get("binding", [lock.lock]);
    return answer({
      ...lockFields(lock),
      ...lockStatusFields(context, lock),
      home_id: binding?.homeId ?? null,
      room_id: binding?.roomId ?? null,
      lock_state: lock.lockState,
      door_state: lock.doorState,
      capabilities: { ...lock.capabilities },
    });
  },
});

const journalInput = Type.Object(
  {
    from: Type.Optional(
      Type.Integer({ minimum: 1, description: "first number; absent = the newest records" }),
    ),
    before: Type.Optional(
      Type.Integer({ minimum: 1, description: "without from: the newest before this number" }),
    ),
    count: Type.Optional(Type.Integer({ minimum: 1, maximum: 500, description: "50" })),
    event: Type.Optional(
      Type.Union(
        eventNames.map((name) => Type.Literal(name)),
        { description: "only this event" },
      ),
    ),
    uuid: Type.Optional(
      Type.String({ pattern: "^0x[0-9a-f]{16}$", description: "only of this lock" }),
    ),
    start_time: Type.Optional(seconds("from, Unix seconds")),
    end_time: Type.Optional(seconds("until, Unix seconds")),
  },
  { additionalProperties: false },
);

/** Records looked at by one call, whatever the filter: `next` and `previous` tell where to go on. */
const maxLookedAt = 5_000;
const pageLength = 250;

const readJournal = readCommand({
  name: "read_journal",
  summary:
    "The journal: what was told or is to be told to the cloud. Codes stay sealed; a record that the caller's scope may not know is left out.",
  access: "technician",
  input: journalInput,
  output: journalReply,
  async run({ view, caller }, input) {
    const { count = 50 } = input;
    const { oldest: tail, head, epoch } = view.journalRange();
    const isWanted = (record: JournalRecord) =>
      mayReadEntry(caller, record.entry) && isAsked(record, input);
    const wordsFor = (record: JournalRecord) => recordFields(record, caller);
    if (input.from === undefined) {
      const { records, previous } = await newest(view, isWanted, { before: input.before, count });
      const words = records.map(wordsFor);
      return answer({ epoch, tail, head, records: words, previous, next: null });
    }
    const from = Math.max(tail, input.from);
    const end = Math.min(head, from + maxLookedAt - 1);
    const records: JsonObject[] = [];
    let next = from;
    while (next <= end && records.length < count) {
      const page = await view.readJournal(next, Math.min(pageLength, end - next + 1));
      if (page.length === 0) break;
      for (const record of page) {
        if (records.length === count) break;
        if (isWanted(record)) records.push(wordsFor(record));
        next = record.seq + 1;
      }
    }
    const previous = from > tail ? from : null;
    return answer({ epoch, tail, head, records, previous, next: next > head ? null : next });
  },
});

/** The newest records that are asked for, looked for from the end; told in their order. */
async function newest(
  view: CommandView,
  isWanted: (record: JournalRecord) => boolean,
  { before, count }: { readonly before: number | undefined; readonly count: number },
): Promise<{ readonly records: readonly JournalRecord[]; readonly previous: number | null }> {
  const { oldest: tail, head } = view.journalRange();
  let end = Math.min(head, (before ?? head + 1) - 1);
  const lowest = Math.max(tail, end - maxLookedAt + 1);
  const found: JournalRecord[] = [];
  while (end >= lowest && found.length < count) {
    const page = await recordsOf(view, Math.max(lowest, end - pageLength + 1), end);
    // Pruned meanwhile.
    if (page.length === 0) break;
    for (const record of page.reverse()) {
      if (found.length === count) break;
      if (isWanted(record)) found.push(record);
      end = record.seq - 1;
    }
  }
  return { records: found.reverse(), previous: end < tail ? null : end + 1 };
}

/** One reading may end early: the journal is read by bytes too. */
async function recordsOf(view: CommandView, from: number, to: number): Promise<JournalRecord[]> {
  const records: JournalRecord[] = [];
  for (let next = from; next <= to; ) {
    const read = await view.readJournal(next, to - next + 1);
    const last = read.at(-1);
    if (last === undefined) break;
    records.push(...read.filter(({ seq }) => seq <= to));
    next = last.seq + 1;
  }
  return records;
}

function isAsked({ entry, atMs }: JournalRecord, input: Static<typeof journalInput>): boolean {
  const { event, uuid, start_time, end_time } = input;
  if (start_time !== undefined && atMs < start_time * 1000) return false;
  if (end_time !== undefined && atMs > end_time * 1000) return false;
  if (event === undefined && uuid === undefined) return true;
  if (entry.kind !== "event") return false;
  return (event ?? entry.event) === entry.event && (uuid ?? entry.lock) === entry.lock;
}

/** A record as this caller may see it; whether it may at all, `mayReadEntry` says. */
export function recordFields(
  { entry, seq, id, atMs, clock }: JournalRecord,
  caller: Pick<Caller, "scope">,
): JsonObject {
  const place = { seq, id, time: atMs, clock };
  if (entry.kind === "event") {
    const detail = entry.detail === null ? null : detailFor(caller, entry.event, entry.detail);
    return { ...place, event: entry.event, uuid: entry.lock, detail };
  }
  const { command, commandId, errNo, errMsg } = entry;
  return { ...place, reply_to: commandId, command, ErrNo: errNo, ErrMsg: errMsg };
}

const getLogLevel = readCommand({
  name: "get_log_level",
  summary: "How much the daemon logs.",
  access: "technician",
  input: nothing,
  output: levelReply,
  run: ({ site }) => answer({ level: site.diagnostics.logLevel() }),
});

const levelInput = Type.Object(
  {
    level: Type.Union(
      logLevels.map((level) => Type.Literal(level)),
      { description: "trace tells most, fatal least" },
    ),
  },
  { additionalProperties: false },
);

const setLogLevel: Command<typeof levelInput> = {
  name: "set_log_level",
  summary: "Makes the daemon log more or less, until its next start.",
  access: "technician",
  isReadOnly: false,
  input: levelInput,
  output: anyResult,
  run({ site }, { level }) {
    site.diagnostics.setLogLevel(level);
    return answer({});
  },
};

export const technicianReads: readonly Command[] = [
  getStick,
  getNetwork,
  showLock,
  readJournal,
  getLogLevel,
  setLogLevel,
];
