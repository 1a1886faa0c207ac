import { type Models, Zcl } from "zigbee-herdsman";
import type { ServedTime } from "../../../daemon/core/time/served-time.ts";
import { toZigbeeUtc } from "../../../daemon/core/time/zigbee-time.ts";
import { clusterIds } from "../frames/zcl-frame.ts";

/** Time cluster attributes (ZCL 3.12.2.2). */
export const timeAttributes = {
  time: 0x0000,
  timeStatus: 0x0001,
  timeZone: 0x0002,
  dstStart: 0x0003,
  dstEnd: 0x0004,
  dstShift: 0x0005,
  standardTime: 0x0006,
  localTime: 0x0007,
  lastSetTime: 0x0008,
  validUntilTime: 0x0009,
} as const;

const never = 0xffffffff;
const daySeconds = 86_400;
/** timeStatus: master, master for zone and daylight saving, superseding. */
const masterStatus = 0b1101;

export interface TimeRecord {
  readonly attrId: number;
  readonly status: number;
  readonly dataType: number;
  readonly attrData: number;
}

interface TimeValue {
  readonly dataType: Zcl.DataType;
  readonly value: number;
}

/**
 * The records that answer a read of the Time cluster. With a lost time the lock learns that this is
 * no master, and every attribute that would carry a time gets FAILURE: a later read may succeed.
 */
export function timeRecords(attributeIds: readonly number[], time: ServedTime): TimeRecord[] {
  const values = timeValues(time);
  return attributeIds.map((attrId) => {
    const entry = values.get(attrId);
    const isAnswered = time.isTrusted || attrId === timeAttributes.timeStatus;
    if (entry !== undefined && isAnswered) {
      const { dataType, value } = entry;
      return { attrId, status: Zcl.Status.SUCCESS, dataType, attrData: value };
    }
    const status = entry === undefined ? Zcl.Status.UNSUPPORTED_ATTRIBUTE : Zcl.Status.FAILURE;
    return { attrId, status, dataType: Zcl.DataType.NO_DATA, attrData: 0 };
  });
}

function timeValues(time: ServedTime): Map<number, TimeValue> {
  const { zoneSeconds, dst } = time;
  const now = toZigbeeUtc(time.unixSeconds * 1000);
  const isDst =
    dst !== null &&
    time.unixSeconds >= dst.startUnixSeconds &&
    time.unixSeconds <= dst.endUnixSeconds;
  const standard = now + zoneSeconds;
  const utc = (value: number): TimeValue => ({ dataType: Zcl.DataType.UTC, value });
  const uint32 = (value: number): TimeValue => ({ dataType: Zcl.DataType.UINT32, value });
  const int32 = (value: number): TimeValue => ({ dataType: Zcl.DataType.INT32, value });
  return new Map([
    [timeAttributes.time, utc(now)],
    [
      timeAttributes.timeStatus,
      { dataType: Zcl.DataType.BITMAP8, value: time.isTrusted ? masterStatus : 0 },
    ],
    [timeAttributes.timeZone, int32(zoneSeconds)],
    [
      timeAttributes.dstStart,
      uint32(dst === null ? never : toZigbeeUtc(dst.startUnixSeconds * 1000)),
    ],
    [timeAttributes.dstEnd, uint32(dst === null ? never : toZigbeeUtc(dst.endUnixSeconds * 1000))],
    [timeAttributes.dstShift, int32(dst?.shiftSeconds ?? 0)],
    [timeAttributes.standardTime, uint32(standard)],
    [timeAttributes.localTime, uint32(isDst ? standard + (dst?.shiftSeconds ?? 0) : standard)],
    [timeAttributes.lastSetTime, utc(now)],
    [timeAttributes.validUntilTime, utc(now + daySeconds)],
  ]);
}

/**
 * Makes the device's reads of the Time cluster be answered from `getTime` instead of by herdsman, which
 * takes the system clock and poses as master whatever it shows.
 */
export function serveTime(
  device: Models.Device,
  getTime: () => ServedTime,
  onFailure: (error: unknown) => void,
): void {
  device.customReadResponse = (frame, endpoint) => {
    if (frame.cluster.ID !== clusterIds.time) return false;
    const asked: unknown = frame.payload;
    const attributeIds = Array.isArray(asked) ? asked.map(attributeIdOf).filter(isNumber) : [];
    endpoint
      .zclCommand(clusterIds.time, "readRsp", timeRecords(attributeIds, getTime()), {
        direction: Zcl.Direction.SERVER_TO_CLIENT,
        disableDefaultResponse: true,
        disableRecovery: true,
        sendPolicy: "immediate",
        transactionSequenceNumber: frame.header.transactionSequenceNumber,
      })
      .catch(onFailure);
    return true;
  };
}

function attributeIdOf(record: unknown): unknown {
  if (typeof record !== "object" || record === null || !("attrId" in record)) return undefined;
  return record.attrId;
}

function isNumber(value: unknown): value is number {
  return typeof value === "number";
}
