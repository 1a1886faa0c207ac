import { DoorLockCommand, Operation, Source, Status } from "../../zcl/constants.ts";
import { fromLatin1, latin1, type OctetReader, OctetWriter } from "../../zcl/octets.ts";
import { BoltState } from "../body/bolt.ts";
import type { Intent } from "../body/code-entry.ts";
import type { LockParts } from "../lock-parts.ts";
import type { Request } from "../transmitter.ts";
import type { CommandEnd } from "./cluster.ts";

const c = DoorLockCommand;

/** Lock, unlock, toggle and unlock with timeout: 0x00 – 0x03. The PIN may be left out on the air. */
export function receiveOperate(
  parts: LockParts,
  request: Request,
  payload: OctetReader,
): CommandEnd {
  const { commandId } = request.zcl;
  const relockSeconds = commandId === c.unlockWithTimeout ? payload.u16() : undefined;
  const pin = payload.remaining > 0 ? fromLatin1(payload.string()) : "";
  const intent = intentOf(commandId, parts.bolt.state);
  const respond = (status: number): CommandEnd => {
    parts.transmitter.respond(request, commandId, Uint8Array.of(status));
    return "answered";
  };
  if (parts.entry.isRfRefused) {
    parts.acts.add({ act: "refused", source: Source.rf, userId: null, reason: "operatingMode" });
    return respond(Status.failure);
  }
  const userId = parts.entry.presentOverTheAir(pin, intent);
  if (userId === "refused") return respond(Status.failure);
  const end = respond(Status.success);
  const code = intent === "unlock" ? Operation.unlock : Operation.lock;
  const to = intent === "unlock" ? "unlocked" : "locked";
  parts.bolt.move(to, { source: Source.rf, code, userId, pin }, relockSeconds);
  return end;
}

function intentOf(commandId: number, lockState: number): Intent {
  if (commandId === c.lockDoor) return "lock";
  if (commandId === c.toggle && lockState !== BoltState.locked) return "lock";
  return "unlock";
}

/** Get Log Record, 0x04: index 0 is the newest. */
export function receiveGetLogRecord(
  parts: LockParts,
  request: Request,
  payload: OctetReader,
): CommandEnd {
  const record = parts.log.at(payload.u16());
  if (record === null) return { status: Status.notFound };
  const writer = new OctetWriter().u16(record.entryId).u32(record.timestamp).u8(record.eventType);
  writer.u8(record.source).u8(record.eventCode).u16(record.userId);
  writer.string(record.code.length === 0 ? latin1("") : parts.events.maskPin(record.code));
  parts.transmitter.respond(request, c.getLogRecord, writer.finish());
  return "answered";
}
