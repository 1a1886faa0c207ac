/** Attribute reports and alarms of a lock, decoded to events. */
import type { OperationSource } from "../../../daemon/core/model/door-lock.ts";
import type { LockEvent } from "../../lock-driver.ts";
import type { Quirks } from "../quirks/quirk-model.ts";
import {
  type AttributeRecord,
  foundationCommands,
  parseAttributeRecords,
} from "./attribute-records.ts";
import { batteryFromWire } from "./battery-value.ts";
import { ByteReader } from "./byte-reader.ts";
import { control4Alarm } from "./control4-alarms.ts";
import { decodeNotification } from "./lock-notifications.ts";
import {
  doorStateFromWire,
  lockAlarmFromWire,
  lockStateFromWire,
  sourceFromWire,
} from "./wire-values.ts";
import { decodeYundingState, isYundingState } from "./yunding-frames.ts";
import { clusterIds, type ZclFrame } from "./zcl-frame.ts";

export const doorLockAttributes = {
  lockState: 0x0000,
  doorState: 0x0003,
  /** Onesti: source, action, user of the last operation. */
  vendorActivity: 0x0100,
} as const;

export const powerAttributes = {
  batteryPercentageRemaining: 0x0021,
  batteryAlarmState: 0x003e,
} as const;

/** BatteryAlarmState (ZCL 3.3.2.2.4.11): four bits for each of three batteries; bit 30 is the mains. */
const batteryAlarmBits = 0x00f03c0f;
/** Alarm code of the Power Configuration cluster for a loss of the mains (ZCL 3.3.2.2.2). */
const mainsLostAlarm = 0x3a;

/**
 * Returns what a lock reports in a frame of its own accord, in the sequence of the frame.
 * Answers to commands return nothing.
 */
export function decodeLockFrame(clusterId: number, frame: ZclFrame, quirks: Quirks): LockEvent[] {
  if (frame.isClusterSpecific) {
    const event = decodeSpecific(clusterId, frame, quirks);
    return event === null ? [] : [event];
  }
  if (frame.commandId !== foundationCommands.report) return [];
  // Behind a manufacturer code the same numbers are the vendor's own attributes.
  if (frame.manufacturerCode !== null) return [];
  const events: LockEvent[] = [];
  for (const record of parseAttributeRecords(frame.commandId, frame.payload)) {
    const event = decodeReport(clusterId, record, quirks);
    if (event !== null) events.push(event);
  }
  return events;
}

function decodeSpecific(clusterId: number, frame: ZclFrame, quirks: Quirks): LockEvent | null {
  if (isYundingState(clusterId, frame)) return decodeYundingState(frame);
  if (!frame.isFromServer) return null;
  if (clusterId === clusterIds.doorLock) {
    // Behind a manufacturer code 0x20 and 0x21 are the vendor's own commands (ZCL 2.4.1.1.2): read as
    // events they could report an opening that never happened, or that every code is gone.
    if (frame.manufacturerCode !== null) return null;
    return decodeNotification(frame.commandId, frame.payload, quirks);
  }
  if (clusterId === clusterIds.alarms && frame.commandId === 0x00)
    return decodeAlarm(frame.payload);
  return null;
}

/** Alarms cluster, `alarm`: alarm code u8, cluster id u16; some locks leave the cluster out. */
function decodeAlarm(payload: Uint8Array): LockEvent | null {
  const reader = new ByteReader(payload);
  const code = reader.u8();
  const ofCluster = reader.u16() ?? clusterIds.doorLock;
  if (code === null) return null;
  if (ofCluster === clusterIds.powerConfiguration) {
    return code === mainsLostAlarm ? null : { kind: "batteryLowAlarm" };
  }
  if (ofCluster === clusterIds.vendor) return control4Alarm(code);
  if (ofCluster !== clusterIds.doorLock) return null;
  const alarm = lockAlarmFromWire(code);
  return alarm === null ? null : { kind: "alarm", alarm };
}

function decodeReport(
  clusterId: number,
  record: AttributeRecord,
  quirks: Quirks,
): LockEvent | null {
  const { attributeId, value } = record;
  if (value === null) return null;
  if (clusterId === clusterIds.powerConfiguration) {
    if (attributeId === powerAttributes.batteryAlarmState) {
      const isLow = (value & batteryAlarmBits) !== 0;
      return isLow ? { kind: "batteryLowAlarm" } : { kind: "batteryLowAlarm", isOver: true };
    }
    if (attributeId !== powerAttributes.batteryPercentageRemaining) return null;
    return batteryFromWire(value, quirks.batteryScale);
  }
  if (clusterId !== clusterIds.doorLock) return null;
  switch (attributeId) {
    case doorLockAttributes.lockState: {
      const lockState = lockStateFromWire(value);
      const isFalse = lockState === "locked" && quirks.isLockedReportFalse;
      return isFalse ? null : { kind: "lockState", lockState };
    }
    case doorLockAttributes.doorState:
      return { kind: "doorState", doorState: doorStateFromWire(value) };
    case doorLockAttributes.vendorActivity:
      return decodeActivity(value);
    default:
      return null;
  }
}

/** Onesti's sources by number; 0x05 covers several causes. */
const activitySources: Readonly<Record<number, OperationSource>> = {
  0: "rf",
  2: "keypad",
  3: "fingerprint",
  4: "rfid",
  5: "indeterminate",
};

/** Attribute 0x0100: source in the highest byte, action in the next, user in the low half. */
function decodeActivity(value: number): LockEvent | null {
  const source = value >>> 24;
  const action = (value >>> 16) & 0xff;
  if (action !== 1 && action !== 2) return null;
  const userId = value & 0xffff;
  const hasUser = source >= 2 && source <= 4 && userId !== 0xffff;
  return {
    kind: "operationEvent",
    source: activitySources[source] ?? sourceFromWire(source),
    code: action === 1 ? "lock" : "unlock",
    userId: hasUser ? userId : null,
    localSeconds: null,
  };
}
