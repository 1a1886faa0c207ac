import type { Models } from "zigbee-herdsman";
import { Zcl } from "zigbee-herdsman";
import type { Basis, Capabilities, UserId } from "../../../daemon/core/model/door-lock.ts";
import type { ServedTime } from "../../../daemon/core/time/served-time.ts";
import type { PinReading } from "../../lock-driver.ts";
import { clusterIds } from "../frames/zcl-frame.ts";
import type { LockLink } from "../operations/lock-link.ts";
import type { Quirks } from "../quirks/quirk-model.ts";
import { type BatteryProbe, probeBattery, unitOf } from "./battery-probe.ts";
import {
  bindAndReport,
  clockOf,
  type MaskResult,
  type ReportingResult,
  requestTimeoutMs,
  twice,
  writeClock,
  writeMasks,
  writeSettings,
} from "./provisioning.ts";
import { findSlots } from "./slot-range.ts";

/** Door Lock attributes that say what a lock can do (ZCL 7.3.2.11). */
const attributes = {
  logRecords: 0x0010,
  pinUsers: 0x0012,
  weekDaySchedules: 0x0014,
  yearDaySchedules: 0x0015,
  holidaySchedules: 0x0016,
  maxPinLength: 0x0017,
  minPinLength: 0x0018,
  requirePinForRf: 0x0033,
} as const;

/** Poll Control checkinInterval (0x0020/0x0000), quarter seconds. */
const checkInInterval = { attributeId: 0x0000, quarterSecondMs: 250, default: 14_400 } as const;

/** The specification's defaults of 0x0017 and 0x0018. */
const defaultPinLength = { min: 4, max: 8 } as const;

/** What a probe needs to know about one lock. */
export interface ProbeSubject {
  readonly endpoint: Models.Endpoint;
  readonly link: LockLink;
  /** The coordinator's endpoint that bindings point at. */
  readonly coordinator: Models.Endpoint;
  readonly quirks: Quirks;
  /** Whether its receiver sleeps, and how the gateway knows. */
  readonly sleep: { readonly isSleepy: boolean; readonly basis: Basis };
  /** The endpoint that lists Power Configuration; null if none does. */
  readonly power: Models.Endpoint | null;
  readonly linkTo: (endpoint: Models.Endpoint) => LockLink;
  readonly time: ServedTime;
  /** Aborted when the lock leaves. The probe then sends nothing more. */
  readonly signal: AbortSignal;
}

export interface ProbeResult {
  readonly capabilities: Capabilities;
  readonly slots: ReadonlyMap<UserId, PinReading>;
}

/** The lock did not answer the first requests: it cannot be probed. */
export class ProbeFailedError extends Error {
  override readonly name = "ProbeFailedError";
}

/**
 * Probes what a lock can do, and sets it up to report its events. Every request is tried at most twice; what
 * stays unanswered is `unknown`, never `no`.
 * @throws ProbeFailedError when the lock cannot be reached; the signal's reason once it is aborted.
 */
export async function probeLock(subject: ProbeSubject): Promise<ProbeResult> {
  const { endpoint, link, quirks, signal } = subject;
  const answered = await readAttributes(link, quirks.firstUserId);
  signal.throwIfAborted();
  const values = answered ?? new Map<number, number>();
  const { battery, reporting, masks, clock, checkInMs } =
    answered === null ? nothingSetUp(quirks) : await setUp(subject);
  signal.throwIfAborted();
  const scan = await findSlots(link, values.get(attributes.pinUsers) ?? null, quirks);
  return {
    slots: scan.slots,
    capabilities: {
      endpoint: endpoint.ID,
      ...scan.range,
      pinUsersBasis: scan.basis,
      reservedUserIds: quirks.reservedUserIds,
      minPinLength:
        quirks.pinLength?.min ?? values.get(attributes.minPinLength) ?? defaultPinLength.min,
      maxPinLength:
        quirks.pinLength?.max ?? values.get(attributes.maxPinLength) ?? defaultPinLength.max,
      weekDaySchedulesPerUser: values.get(attributes.weekDaySchedules) ?? 0,
      yearDaySchedulesPerUser: values.get(attributes.yearDaySchedules) ?? 0,
      holidaySchedules: values.get(attributes.holidaySchedules) ?? 0,
      logRecords: values.get(attributes.logRecords) ?? 0,
      pinReadBack: scan.pinReadBack,
      userStatus: scan.userStatus,
      operationEvents: masks.operationEvents,
      programmingEvents: masks.programmingEvents,
      alarms: reporting.alarms,
      requiresPinForRf: values.get(attributes.requirePinForRf) === 1,
      clock,
      isSleepy: subject.sleep.isSleepy,
      isSleepyBasis: subject.sleep.basis,
      checkInMs,
      reportMs: reporting.reportMs,
      spacingMs: quirks.spacingMs,
      batteryUnit: battery.unit,
      batteryUnitBasis: battery.basis,
      lockStateSource: quirks.isLockedReportFalse ? "vendorFrames" : "reports",
    },
  };
}

/** What was set up on a lock so that it reports its events. */
interface SetUp {
  readonly battery: Pick<BatteryProbe, "unit" | "basis">;
  readonly reporting: ReportingResult;
  readonly masks: MaskResult;
  readonly clock: Capabilities["clock"];
  readonly checkInMs: number | null;
}

async function setUp(subject: ProbeSubject): Promise<SetUp> {
  const { endpoint, link, quirks, power, linkTo, signal } = subject;
  const battery = await probeBattery({ listed: power, lock: endpoint }, linkTo, quirks);
  const reporting = await bindAndReport({
    endpoint,
    coordinator: subject.coordinator,
    power: battery.endpoint,
    wantsLockState: !quirks.isLockedReportFalse,
    signal,
  });
  await writeSettings(link);
  const masks = await writeMasks(link);
  const clock = await setClock(subject);
  return { battery, reporting, masks, clock, checkInMs: await readCheckIn(subject) };
}

/**
 * The result for a lock that answers no general command. Further requests would take minutes
 * without a result.
 */
function nothingSetUp(quirks: Quirks): SetUp {
  return {
    battery: unitOf(new Map(), quirks),
    reporting: { alarms: "unknown", reportMs: null },
    masks: { operationEvents: "unknown", programmingEvents: "unknown" },
    clock: "absent",
    checkInMs: null,
  };
}

/** @returns null when the lock answers its own commands, but no reads. @throws ProbeFailedError */
async function readAttributes(
  link: LockLink,
  userId: UserId,
): Promise<ReadonlyMap<number, number> | null> {
  const ids = Object.values(attributes);
  const options = { deadlineMs: requestTimeoutMs };
  const outcome = await twice(() => link.read(clusterIds.doorLock, ids, options));
  if (outcome.kind === "done") return outcome.values;
  if (outcome.kind === "unreachable") {
    const shown = await link.command({ name: "getPinCode", userId }, options);
    if (shown.kind !== "unreachable") return null;
    throw new ProbeFailedError("The lock stopped answering after it had joined.");
  }
  // Some locks refuse to answer for more than one attribute at a time.
  const values = new Map<number, number>();
  for (const id of ids) {
    const single = await link.read(clusterIds.doorLock, [id], options);
    const value = single.kind === "done" ? single.values.get(id) : undefined;
    if (value !== undefined) values.set(id, value);
  }
  return values;
}

async function setClock(subject: ProbeSubject): Promise<Capabilities["clock"]> {
  const { endpoint, link, time } = subject;
  if (endpoint.inputClusters.includes(clusterIds.time)) {
    if (time.isTrusted)
      await twice(() => writeClock(link, clockOf(time), { deadlineMs: requestTimeoutMs }));
    return "server";
  }
  return endpoint.outputClusters.includes(clusterIds.time) ? "client" : "absent";
}

/**
 * Enables check-in if it is off, because it is the only time at which a sleeping lock is sure to
 * listen.
 */
async function readCheckIn({ endpoint, link }: ProbeSubject): Promise<number | null> {
  if (!endpoint.inputClusters.includes(clusterIds.pollControl)) return null;
  const options = { deadlineMs: requestTimeoutMs };
  const { attributeId, quarterSecondMs } = checkInInterval;
  const read = () => twice(() => link.read(clusterIds.pollControl, [attributeId], options));
  const outcome = await read();
  const quarterSeconds = outcome.kind === "done" ? outcome.values.get(attributeId) : undefined;
  if (quarterSeconds === undefined) return null;
  if (quarterSeconds > 0) return quarterSeconds * quarterSecondMs;
  const dataType = Zcl.DataType.UINT32;
  const written = await link.write(
    clusterIds.pollControl,
    [{ attributeId, dataType, value: checkInInterval.default }],
    options,
  );
  const isTaken = written.kind === "done" && written.statuses.get(attributeId) === 0;
  return isTaken ? checkInInterval.default * quarterSecondMs : null;
}
