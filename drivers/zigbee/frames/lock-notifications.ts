/** Operation Event (0x20) and Programming Event (0x21) Notification, ZCL 7.3.2.17. */
import type { OperationCode, OperationSource } from "../../../daemon/core/model/door-lock.ts";
import type { LockEvent } from "../../lock-driver.ts";
import type { Quirks } from "../quirks/quirk-model.ts";
import { ByteReader } from "./byte-reader.ts";
import { pinFromOctets } from "./pin-octets.ts";
import {
  localSecondsFromWire,
  operationCodeFromWire,
  programmingCodeFromWire,
  sourceFromWire,
  userIdFromWire,
  userStatusFromWire,
  userTypeFromWire,
} from "./wire-values.ts";

export const notificationIds = { operationEvent: 0x20, programmingEvent: 0x21 } as const;

/**
 * Reads as many fields as there are bytes.
 * @param commandId command of the Door Lock cluster, server to client.
 * @returns null when it is no notification or not even source and code are there.
 */
export function decodeNotification(
  commandId: number,
  payload: Uint8Array,
  quirks: Quirks,
): LockEvent | null {
  const reader = new ByteReader(payload);
  if (commandId === notificationIds.programmingEvent) return decodeProgrammingEvent(reader, quirks);
  if (commandId !== notificationIds.operationEvent) return null;
  return decodeOperationEvent(reader, quirks);
}

/**
 * Operation codes beyond the ZCL's last one (0x0F). Onesti sends a finger as source 2, "manual"
 * (maker's paper of 2021; zigbee2mqtt#6379).
 */
const vendorOperations: Readonly<
  Record<number, { readonly source: OperationSource; readonly code: OperationCode }>
> = {
  16: { source: "fingerprint", code: "lock" },
  17: { source: "fingerprint", code: "unlock" },
};

function decodeOperationEvent(reader: ByteReader, quirks: Quirks): LockEvent | null {
  const source = reader.u8();
  const code = reader.u8();
  if (source === null || code === null) return null;
  const vendors = vendorOperations[code];
  const userId = userIdFromWire(reader.u16());
  reader.octets();
  const localSeconds = localSecondsFromWire(reader.u32());
  return {
    kind: "operationEvent",
    source: vendors?.source ?? sourceFromWire(source),
    code: vendors?.code ?? operationCodeFromWire(code),
    userId: userId === null ? null : unshifted(userId, quirks),
    localSeconds,
  };
}

function decodeProgrammingEvent(reader: ByteReader, quirks: Quirks): LockEvent | null {
  const source = reader.u8();
  const codeOnWire = reader.u8();
  if (source === null || codeOnWire === null) return null;
  const code = programmingCodeFromWire(codeOnWire);
  const userOnWire = reader.u16();
  const pinCode = pinFromOctets(reader.octets());
  const userType = userTypeFromWire(reader.u8());
  const userStatus = userStatusFromWire(reader.u8());
  const localSeconds = localSecondsFromWire(reader.u32());
  const isDeletion = code === "pinCodeDeleted" || code === "rfidCodeDeleted";
  return {
    kind: "programmingEvent",
    source: sourceFromWire(source),
    code,
    userId: programmedUser(userOnWire, isDeletion, quirks),
    pinCode,
    userType,
    userStatus,
    localSeconds,
  };
}

function programmedUser(
  userOnWire: number | null,
  isDeletion: boolean,
  quirks: Quirks,
): number | "all" | null {
  if (userOnWire === null) return null;
  // 0xFF is a user like any other on a lock with that many.
  const hasUserFF = (quirks.pinUsersAtMost ?? 0) > 0xff;
  if (isDeletion && (userOnWire === 0xffff || (userOnWire === 0xff && !hasUserFF))) return "all";
  if (userOnWire === 0xffff) return null;
  if (isDeletion && userOnWire === 0 && quirks.isDeletionOfUserZeroAmbiguous) return null;
  return unshifted(userOnWire, quirks);
}

/** The user id of a model that carries it in the high byte; the low byte means nothing then. */
function unshifted(userOnWire: number, { hasUserIdInHighByte }: Quirks): number {
  return hasUserIdInHighByte && userOnWire >= 0x100 ? userOnWire >> 8 : userOnWire;
}
