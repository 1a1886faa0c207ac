/** What is written to a lock at pairing so that it reports its events to the gateway. */
import { type Models, Zcl } from "zigbee-herdsman";
import { delay } from "../../../daemon/base/delay.ts";
import type { Proven } from "../../../daemon/core/model/door-lock.ts";
import type { ServedTime } from "../../../daemon/core/time/served-time.ts";
import { toZigbeeUtc } from "../../../daemon/core/time/zigbee-time.ts";
import { doorLockAttributes, powerAttributes } from "../frames/lock-reports.ts";
import { clusterIds } from "../frames/zcl-frame.ts";
import type { ExchangeOptions } from "../operations/exchange.ts";
import type { AttributeValue, LockLink } from "../operations/lock-link.ts";
import { timeAttributes } from "../operations/time-server.ts";

/** One request of provisioning; locks behind serial modules take up to 8 s. */
export const requestTimeoutMs = 10_000;

/** Attempts for each step. */
const maxTries = 2;

export const provisioningAttributes = {
  enableLogging: 0x0020,
  wrongCodeEntryLimit: 0x0030,
  sendPinOverTheAir: 0x0032,
  operationMask: 0x0041,
  programmingMask: 0x0045,
} as const;

const { BITMAP8, BITMAP16, BOOLEAN, INT32, UINT8, UTC } = Zcl.DataType;

/** Alarm and event masks (0x0040–0x0047) with all codes that carry information. */
const masks: readonly AttributeValue[] = [
  0x007b, 0x00ff, 0x007f, 0x07ff, 0x007f, 0x001f, 0x007d, 0x0061,
].map((value, index) => ({ attributeId: 0x0040 + index, dataType: BITMAP16, value }));

/** Alarm 4 after three wrong codes, as the platform's wrongPwdAlarm wants it. */
const wrongCodeEntryLimit = 3;

/** Tries once more if a request is lost. A refusal is an answer. */
export async function twice<T extends { readonly kind: string }>(
  request: () => Promise<T>,
): Promise<T> {
  let outcome = await request();
  for (let tries = 1; tries < maxTries && outcome.kind === "unreachable"; tries++) {
    outcome = await request();
  }
  return outcome;
}

/** Says which masks a lock took or holds: `yes` for a mask that is not zero. */
export interface MaskResult {
  readonly operationEvents: Proven;
  readonly programmingEvents: Proven;
}

/**
 * Writes the masks. A lock without these attributes may send everything or nothing: unknown.
 */
export async function writeMasks(link: LockLink): Promise<MaskResult> {
  const options = { deadlineMs: requestTimeoutMs };
  await twice(() => link.write(clusterIds.doorLock, masks, options));
  const ids = masks.map((mask) => mask.attributeId);
  const read = await twice(() => link.read(clusterIds.doorLock, ids, options));
  if (read.kind !== "done") return { operationEvents: "unknown", programmingEvents: "unknown" };
  const proven = (id: number): Proven => ((read.values.get(id) ?? 0) === 0 ? "unknown" : "yes");
  return {
    operationEvents: proven(provisioningAttributes.operationMask),
    programmingEvents: proven(provisioningAttributes.programmingMask),
  };
}

/** Asks for codes over the air and for the alarm after three wrong ones; each may be refused. */
export async function writeSettings(link: LockLink): Promise<void> {
  const options = { deadlineMs: requestTimeoutMs };
  const settings: readonly AttributeValue[] = [
    {
      attributeId: provisioningAttributes.sendPinOverTheAir,
      dataType: BOOLEAN,
      value: 1,
    },
    {
      attributeId: provisioningAttributes.wrongCodeEntryLimit,
      dataType: UINT8,
      value: wrongCodeEntryLimit,
    },
    // The lock's own log records events while the gateway is away.
    { attributeId: provisioningAttributes.enableLogging, dataType: BOOLEAN, value: 1 },
  ];
  for (const setting of settings) {
    await twice(() => link.write(clusterIds.doorLock, [setting], options));
  }
}

/** Sets the clock of a lock that has the Time cluster as a server. @returns whether it took it. */
export async function writeClock(
  link: LockLink,
  time: { readonly utcSeconds: number; readonly zoneSeconds: number; readonly dstSeconds: number },
  options: ExchangeOptions,
): ReturnType<LockLink["write"]> {
  const records: readonly AttributeValue[] = [
    { attributeId: timeAttributes.time, dataType: UTC, value: time.utcSeconds },
    // Synchronised to an outside source; not a master itself.
    { attributeId: timeAttributes.timeStatus, dataType: BITMAP8, value: 0b0010 },
    { attributeId: timeAttributes.timeZone, dataType: INT32, value: time.zoneSeconds },
    { attributeId: timeAttributes.dstShift, dataType: INT32, value: time.dstSeconds },
  ];
  return await link.write(clusterIds.time, records, options);
}

/** The arguments of {@link writeClock} for a served time. */
export function clockOf(time: ServedTime): Parameters<typeof writeClock>[1] {
  const isDst =
    time.dst !== null &&
    time.unixSeconds >= time.dst.startUnixSeconds &&
    time.unixSeconds <= time.dst.endUnixSeconds;
  return {
    utcSeconds: toZigbeeUtc(time.unixSeconds * 1000),
    zoneSeconds: time.zoneSeconds,
    dstSeconds: isDst ? (time.dst?.shiftSeconds ?? 0) : 0,
  };
}

/** Longest time between two reports of the lock state, seconds. */
const lockStateReportSeconds = 3_600;
const batteryReportSeconds = { min: 600, max: 21_600 } as const;
/** Alarm count (0x0009/0x0000): its report is the second way to hear of an alarm. */
const alarmCountAttribute = 0x0000;

export interface ReportingResult {
  readonly alarms: Proven;
  /** Longest time between two lockState reports; null when refused. */
  readonly reportMs: number | null;
}

/** An attribute, and the shortest and longest time between two reports, in seconds. */
type ReportRule = readonly [attribute: number, minSeconds: number, maxSeconds: number];

/** The clusters to bind and the reports to configure. */
export interface ReportingSubject {
  readonly endpoint: Models.Endpoint;
  readonly coordinator: Models.Endpoint;
  /** The endpoint that answers for the battery; null if none does. */
  readonly power: Models.Endpoint | null;
  /** False for a lock whose LockState reports are unreliable. */
  readonly wantsLockState: boolean;
  /** Once this is aborted, nothing more is sent. */
  readonly signal: AbortSignal;
}

/** Binds Door Lock, Alarms and Power Configuration to the coordinator and asks for their reports. */
export async function bindAndReport(subject: ReportingSubject): Promise<ReportingResult> {
  const { endpoint, coordinator, power, wantsLockState, signal } = subject;
  const bind = (from: Models.Endpoint, clusterId: number): Promise<boolean> =>
    succeeds(() => from.bind(clusterId, coordinator), signal);
  const bound = async (clusterId: number): Promise<boolean> =>
    endpoint.inputClusters.includes(clusterId) && (await bind(endpoint, clusterId));
  const report = (from: Models.Endpoint, clusterId: number, [attribute, min, max]: ReportRule) =>
    succeeds(
      () =>
        from.configureReporting(
          clusterId,
          [
            {
              attribute,
              minimumReportInterval: min,
              maximumReportInterval: max,
              reportableChange: 1,
            },
          ],
          { timeout: requestTimeoutMs, disableRecovery: true, sendPolicy: "immediate" },
        ),
      signal,
    );
  const { doorLock, powerConfiguration, alarms } = clusterIds;
  await bound(doorLock);
  const { lockState, doorState } = doorLockAttributes;
  const isReporting =
    wantsLockState && (await report(endpoint, doorLock, [lockState, 0, lockStateReportSeconds]));
  await report(endpoint, doorLock, [doorState, 0, lockStateReportSeconds]);
  if (power !== null && (await bind(power, powerConfiguration))) {
    const { batteryPercentageRemaining } = powerAttributes;
    const { min, max } = batteryReportSeconds;
    await report(power, powerConfiguration, [batteryPercentageRemaining, min, max]);
  }
  if (!wantsLockState) await bound(clusterIds.vendor);
  const hasAlarms = endpoint.inputClusters.includes(alarms);
  const isAlarmsBound = await bound(alarms);
  if (isAlarmsBound) {
    await report(endpoint, alarms, [alarmCountAttribute, 0, batteryReportSeconds.max]);
  }
  return {
    alarms: isAlarmsBound ? "yes" : hasAlarms ? "unknown" : "no",
    reportMs: isReporting ? lockStateReportSeconds * 1000 : null,
  };
}

/** Tries once more after silence, when the lock has had time to poll. A refusal is an answer. */
async function succeeds(request: () => Promise<void>, signal: AbortSignal): Promise<boolean> {
  for (let tries = 0; tries < maxTries; tries++) {
    if (signal.aborted) return false;
    try {
      await request();
      return true;
    } catch (error) {
      if (error instanceof Zcl.StatusError || tries + 1 === maxTries) return false;
      await delay(500);
    }
  }
  return false;
}
