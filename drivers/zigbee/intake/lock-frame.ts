import { foundationCommands, parseAttributeRecords } from "../frames/attribute-records.ts";
import { notificationIds } from "../frames/lock-notifications.ts";
import { clusterIds, parseZclFrame, type ZclFrame } from "../frames/zcl-frame.ts";
import { type MtFrame, mtSubsystem, mtType } from "../stick/mt-frame.ts";

/** AF_INCOMING_MSG (0x44 0x81): fixed fields, then the ZCL frame. */
const incomingMessage = 0x81;
const fixedLength = 17;
/** Source, code and user id of an operation event. */
const operationLength = 4;

/** What a lock says by itself, in a frame from the stick. */
export interface LockFrame {
  /** Network address of the sender. */
  readonly peer: number;
  /** Frames of one lock with the same key may be folded into the newest of them; null = never. */
  readonly key: string | null;
  /** The whole ZCL frame as text: a repetition has the same. */
  readonly text: string;
  readonly clusterId: number;
  readonly zcl: ZclFrame;
}

/**
 * Reads a frame in which a lock reports something by itself: an operation, a programming, an alarm, a report.
 * @returns null for everything that somebody waits for: answers of the stick and of locks, confirmations
 */
export function lockFrameOf({ type, subsystem, command, data }: MtFrame): LockFrame | null {
  const isMessage =
    type === mtType.notification && subsystem === mtSubsystem.af && command === incomingMessage;
  if (!isMessage || data.length < fixedLength) return null;
  const clusterId = data.readUInt16LE(2);
  const peer = data.readUInt16LE(4);
  const bytes = data.subarray(fixedLength, fixedLength + data.readUInt8(16));
  const zcl = parseZclFrame(bytes);
  if (zcl === null || !isOwnAccord(clusterId, zcl)) return null;
  const text = bytes.toString("latin1");
  return { peer, key: keyOf(clusterId, zcl, text), text, clusterId, zcl };
}

function isOwnAccord(clusterId: number, zcl: ZclFrame): boolean {
  if (!zcl.isClusterSpecific) return zcl.commandId === foundationCommands.report;
  if (!zcl.isFromServer || zcl.manufacturerCode !== null) return false;
  if (clusterId === clusterIds.alarms) return true;
  const { operationEvent, programmingEvent } = notificationIds;
  const isEvent = zcl.commandId === operationEvent || zcl.commandId === programmingEvent;
  return clusterId === clusterIds.doorLock && isEvent;
}

/** An operation by the same user in the same way, or a report of the same attributes. */
function keyOf(
  clusterId: number,
  { isClusterSpecific, commandId, payload }: ZclFrame,
  text: string,
): string | null {
  if (!isClusterSpecific) {
    const ids = parseAttributeRecords(commandId, payload).map(({ attributeId }) => attributeId);
    return ids.length === 0 ? null : `${clusterId}/${ids.join()}`;
  }
  const isOperation =
    clusterId === clusterIds.doorLock && commandId === notificationIds.operationEvent;
  if (!isOperation || payload.length < operationLength) return null;
  const start = text.length - payload.length;
  // Of one user: the second use of a one-time code is no other event than the first.
  return text.slice(start, start + operationLength);
}
