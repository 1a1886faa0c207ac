import { isObject } from "../../../daemon/base/json.ts";
/**
 * Herdsman's device database (`database.db`): one JSON object a line. Pure. Herdsman takes the file as it
 * is, so an empty one means "no devices", and no lock would be heard, without any error.
 */
import type { LockId } from "../../../daemon/core/model/door-lock.ts";
import type { LockDescription } from "../../lock-driver.ts";

/** One line of the database that herdsman can load. */
export interface DatabaseEntry {
  readonly id: number;
  readonly type: string;
  /** `0x` and 16 hex digits; null for a group. */
  readonly ieeeAddr: string | null;
  readonly networkAddress: number;
  /** ms; 0 = never. */
  readonly lastSeenMs: number;
  readonly endpoints: readonly number[];
  readonly fields: Readonly<Record<string, unknown>>;
}

/** A network address that no device has. It stands for an unknown address. */
export const unknownAddress = 0xfffe;

/** Whether a device's network address is not known, so that nothing can be sent to it. */
export function hasNoAddress(device: {
  readonly type: string;
  readonly networkAddress: number;
}): boolean {
  return device.type !== "Coordinator" && device.networkAddress === unknownAddress;
}

const deviceTypes: ReadonlySet<unknown> = new Set([
  "Coordinator",
  "Router",
  "EndDevice",
  "Unknown",
  "GreenPower",
]);
const profileHomeAutomation = 0x0104;
const deviceIdDoorLock = 0x000a;

/** Returns the entries of a database; lines that are cut, garbled or would make herdsman throw are left out. */
export function parseDatabase(content: Buffer): DatabaseEntry[] {
  return content
    .toString("utf8")
    .split("\n")
    .flatMap((line) => {
      const entry = parseLine(line);
      return entry === null ? [] : [entry];
    });
}

function parseLine(line: string): DatabaseEntry | null {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch {
    return null;
  }
  if (!isObject(value)) return null;
  const { id, type, lastSeen } = value;
  if (!isWithin(id, 1, Number.MAX_SAFE_INTEGER)) return null;
  const common = { id, fields: value, lastSeenMs: typeof lastSeen === "number" ? lastSeen : 0 };
  return type === "Group" ? parseGroup(common) : parseDevice(common);
}

type CommonFields = Pick<DatabaseEntry, "id" | "fields" | "lastSeenMs">;

function parseGroup(common: CommonFields): DatabaseEntry | null {
  const { members, groupID } = common.fields;
  const isSound = Array.isArray(members) && isWithin(groupID, 0, 0xffff);
  const none = { ieeeAddr: null, networkAddress: unknownAddress, endpoints: [] };
  return isSound ? { ...common, type: "Group", ...none } : null;
}

function parseDevice(common: CommonFields): DatabaseEntry | null {
  const { type, ieeeAddr, nwkAddr, endpoints } = common.fields;
  if (typeof type !== "string" || !deviceTypes.has(type)) return null;
  if (typeof ieeeAddr !== "string" || !/^0x[0-9a-f]{16}$/.test(ieeeAddr)) return null;
  if (!isWithin(nwkAddr, 0, 0xffff) || !isObject(endpoints)) return null;
  const records = Object.values(endpoints);
  if (!records.every(isEndpoint)) return null;
  const ids = records.map(({ epId }) => epId);
  return { ...common, type, ieeeAddr, networkAddress: nwkAddr, endpoints: ids };
}

function isEndpoint(value: unknown): value is { readonly epId: number } {
  return (
    isObject(value) &&
    isWithin(value["epId"], 0, 255) &&
    Array.isArray(value["inClusterList"]) &&
    Array.isArray(value["outClusterList"]) &&
    isObject(value["clusters"])
  );
}

/** What is known about our locks from sources other than the database. */
export interface KnownLocks {
  readonly locks: ReadonlySet<LockId>;
  /** The gateway's own record; null if only the address is known. */
  describe(lock: LockId): LockDescription | null;
  /** Network addresses by lock, from the stick's backup. */
  readonly addresses: ReadonlyMap<string, number>;
}

export interface Reconciliation {
  /** The whole file. */
  readonly content: string;
  /** Locks whose entry was taken from an older file. */
  readonly restored: readonly LockId[];
  /** Locks whose entry was made from the gateway's record. */
  readonly made: readonly LockId[];
}

/**
 * Brings the database and our locks together: every lock is a device with the endpoint that its record
 * names. One that is missing comes from the first of `older` that has it, else it is made.
 * @param older databases, the newest first
 */
export function reconcile(
  current: readonly DatabaseEntry[],
  older: readonly (readonly DatabaseEntry[])[],
  known: KnownLocks,
): Reconciliation {
  const entries = withoutRepetitions(
    isLost(current, known) ? (older.find(hasDevices) ?? []) : current,
  );
  const restored: LockId[] = [];
  const made: LockId[] = [];
  for (const lock of known.locks) {
    const present = entries.find(({ ieeeAddr }) => ieeeAddr === lock);
    const endpoint = known.describe(lock)?.capabilities.endpoint ?? null;
    if (present !== undefined && serves(present, endpoint)) continue;
    const kept = older
      .map((file) => newestOf(file, lock))
      .find((entry) => entry !== null && serves(entry, endpoint));
    const entry = kept ?? entryFor(lock, known, present ?? null);
    if (entry === null) continue;
    if (kept === undefined) made.push(lock);
    else restored.push(lock);
    if (present !== undefined) entries.splice(entries.indexOf(present), 1);
    entries.push(entry);
  }
  const lines = withOwnAddresses(withOwnIds(entries)).map(({ fields }) => JSON.stringify(fields));
  return { content: lines.join("\n"), restored, made };
}

/** Returns how many of these locks a database has as devices. A copy with fewer is worse. */
export function locksIn(entries: readonly DatabaseEntry[], locks: ReadonlySet<string>): number {
  const found = entries.filter(({ ieeeAddr }) => ieeeAddr !== null && locks.has(ieeeAddr));
  return new Set(found.map(({ ieeeAddr }) => ieeeAddr)).size;
}

/** Whether a database has any device that a new network would orphan. */
export function hasDevices(entries: readonly DatabaseEntry[]): boolean {
  return entries.some(({ type }) => type === "EndDevice" || type === "Router");
}

/**
 * If even the coordinator is missing and no record names our locks, the newest copy is the only
 * source.
 */
function isLost(current: readonly DatabaseEntry[], { locks }: KnownLocks): boolean {
  return current.length === 0 && locks.size === 0;
}

function serves({ endpoints }: DatabaseEntry, endpoint: number | null): boolean {
  return endpoint === null || endpoints.includes(endpoint);
}

function newestOf(entries: readonly DatabaseEntry[], lock: LockId): DatabaseEntry | null {
  return withoutRepetitions(entries).find(({ ieeeAddr }) => ieeeAddr === lock) ?? null;
}

/** Of several entries of one device, the one seen last counts; of equal ones the later line. */
function withoutRepetitions(entries: readonly DatabaseEntry[]): DatabaseEntry[] {
  const best = new Map<string, DatabaseEntry>();
  for (const entry of entries) {
    const name = entry.ieeeAddr ?? `group ${String(entry.fields["groupID"])}`;
    const before = best.get(name);
    if (before === undefined || isBetter(entry, before)) best.set(name, entry);
  }
  return [...best.values()];
}

function isBetter(entry: DatabaseEntry, before: DatabaseEntry): boolean {
  if (entry.endpoints.length === 0 && before.endpoints.length > 0) return false;
  return entry.lastSeenMs >= before.lastSeenMs || before.endpoints.length === 0;
}

/**
 * Gives each of two entries with the same id its own id, because herdsman would forget the first.
 */
function withOwnIds(entries: readonly DatabaseEntry[]): DatabaseEntry[] {
  const taken = new Set<number>();
  let next = Math.max(0, ...entries.map(({ id }) => id)) + 1;
  return entries.map((entry) => {
    const id = taken.has(entry.id) ? next++ : entry.id;
    taken.add(id);
    return id === entry.id ? entry : { ...entry, id, fields: { ...entry.fields, id } };
  });
}

/**
 * Makes network addresses unique. If two devices have the same address, the one that was seen last
 * keeps it: the other entry is out of date, and would receive the frames of the wrong lock.
 */
function withOwnAddresses(entries: readonly DatabaseEntry[]): DatabaseEntry[] {
  const owners = new Map<number, DatabaseEntry>();
  for (const entry of entries) {
    const owner = owners.get(entry.networkAddress);
    if (owner === undefined || entry.lastSeenMs > owner.lastSeenMs) {
      owners.set(entry.networkAddress, entry);
    }
  }
  return entries.map((entry) => {
    const { ieeeAddr, networkAddress } = entry;
    if (ieeeAddr === null || owners.get(networkAddress) === entry) return entry;
    const fields = { ...entry.fields, nwkAddr: unknownAddress };
    return { ...entry, networkAddress: unknownAddress, fields };
  });
}

/** The entry that herdsman would have after an interview, from what the gateway has kept of it. */
function entryFor(
  lock: LockId,
  known: KnownLocks,
  present: DatabaseEntry | null,
): DatabaseEntry | null {
  const description = known.describe(lock);
  if (description === null) return null;
  const { capabilities, manufacturer, model, firmware } = description;
  const { endpoint } = capabilities;
  const networkAddress = known.addresses.get(lock) ?? present?.networkAddress ?? unknownAddress;
  const id = present?.id ?? 1;
  const fields = {
    ...present?.fields,
    id,
    type: "EndDevice",
    ieeeAddr: lock,
    nwkAddr: networkAddress,
    manufName: manufacturer,
    modelId: model,
    swBuildId: firmware,
    epList: [endpoint],
    endpoints: { [endpoint]: endpointFor(description) },
    interviewCompleted: true,
    interviewState: "SUCCESSFUL",
    meta: {},
  };
  const lastSeenMs = present?.lastSeenMs ?? 0;
  return {
    id,
    type: fields.type,
    ieeeAddr: lock,
    networkAddress,
    lastSeenMs,
    endpoints: [endpoint],
    fields,
  };
}

function endpointFor({ capabilities }: LockDescription): object {
  const { endpoint, alarms, clock, checkInMs } = capabilities;
  const basic = 0x0000;
  const inClusterList = [basic, 0x0001, 0x0101];
  if (alarms === "yes") inClusterList.push(0x0009);
  if (clock === "server") inClusterList.push(0x000a);
  if (checkInMs !== null) inClusterList.push(0x0020);
  return {
    epId: endpoint,
    profId: profileHomeAutomation,
    devId: deviceIdDoorLock,
    inClusterList,
    outClusterList: clock === "client" ? [0x000a] : [],
    clusters: {},
    binds: [],
    configuredReportings: [],
    meta: {},
  };
}

function isWithin(value: unknown, least: number, most: number): value is number {
  return Number.isInteger(value) && Number(value) >= least && Number(value) <= most;
}
