import type { SimulationTime } from "../../radio.ts";
import {
  ClusterId,
  DoorLockAttribute,
  DoorLockCommand,
  noTime,
  Operation,
  Programming,
  Source,
  type SourceCode,
} from "../../zcl/constants.ts";
import { latin1, OctetWriter } from "../../zcl/octets.ts";
import type { Settings } from "../cluster/settings.ts";
import type { Quirks } from "../quirks.ts";
import type { Message, Transmitter } from "../transmitter.ts";
import type { LockClock } from "./lock-clock.ts";
import type { LockLog } from "./lock-log.ts";

const a = DoorLockAttribute;

/** Repeats of an event whose default response does not come, and the time between them. */
const repeats = 2;
const repeatAfterMs = 1_000;

export interface OperationEvent {
  readonly source: SourceCode;
  readonly code: number;
  /** null = no user. */
  readonly userId: number | null;
  /** The code that was used, one character per octet. */
  readonly pin: string;
}

export interface ProgrammingEvent {
  readonly source: SourceCode;
  readonly code: number;
  readonly userId: number | "all";
  readonly pin: string;
  readonly userType: number;
  readonly userStatus: number;
}

interface EventParts {
  readonly quirks: Quirks;
  readonly time: SimulationTime;
  readonly clock: LockClock;
  readonly log: LockLog;
  readonly settings: Settings;
  readonly transmitter: Transmitter;
  /** The number of alarms has changed. */
  readonly alarmCounted: () => void;
}

/** Operation (0x20) and programming (0x21) events and alarms: logged always, sent as masks and quirks allow. */
export class Events {
  readonly #parts: EventParts;
  /** Sequence numbers of events that still want their default response. */
  readonly #unconfirmed = new Set<number>();
  #alarmCount = 0;

  constructor(parts: EventParts) {
    this.#parts = parts;
  }

  operation(event: OperationEvent): void {
    const { quirks, settings } = this.#parts;
    const userId = event.userId ?? quirks.noUserId;
    this.#log({ ...event, eventType: 0, userId });
    if (quirks.operationEvents === "none" || quirks.activityAttributes !== "none") return;
    const isWrongPin =
      event.code >= Operation.lockFailurePinId && event.code <= Operation.unlockFailureSchedule;
    if (isWrongPin && quirks.operationEvents === "noWrongPin") return;
    if ((settings.get(operationMask(event.source)) & operationBit(event)) === 0) return;
    const writer = new OctetWriter().u8(event.source).u8(event.code).u16(userId);
    writer.string(this.maskPin(event.pin)).u32(this.#wireTime());
    if (quirks.hasEventDataField) writer.string(new Uint8Array());
    this.#send(DoorLockCommand.operationEvent, writer.finish());
  }

  programming(event: ProgrammingEvent): void {
    const { quirks, settings } = this.#parts;
    const userId = event.userId === "all" ? quirks.allUsersId : event.userId;
    this.#log({ source: event.source, code: event.code, pin: event.pin, eventType: 1, userId });
    if (quirks.programmingEvents === "none") return;
    if (quirks.programmingEvents === "keypadOnly" && event.source !== Source.keypad) return;
    if ((settings.get(programmingMask(event.source)) & (1 << event.code)) === 0) return;
    this.#sendProgramming(event, userId);
  }

  /** Sent whatever the masks say: some locks confirm a set with it instead of a response. */
  programmingInstead(event: ProgrammingEvent): void {
    this.#sendProgramming(
      event,
      event.userId === "all" ? this.#parts.quirks.allUsersId : event.userId,
    );
  }

  /** Alarms since the last reset (Alarms 0x0009, attribute 0). */
  get alarmCount(): number {
    return this.#alarmCount;
  }

  resetAlarms(): void {
    this.#alarmCount = 0;
    this.#parts.alarmCounted();
  }

  /** Raises an alarm of the Door Lock cluster, if alarmMask lets it out. */
  alarm(code: number): void {
    const { quirks, settings } = this.#parts;
    this.#log({ source: 0xff, code, userId: quirks.noUserId, pin: "", eventType: 2 });
    if ((settings.get(a.alarmMask) & (1 << code)) !== 0) this.#sendAlarm(code, ClusterId.doorLock);
  }

  /** Battery below its least threshold: Power Configuration, alarm 0x10. */
  batteryAlarm(): void {
    this.#sendAlarm(0x10, ClusterId.powerConfiguration);
  }

  #sendAlarm(code: number, clusterId: number): void {
    const { quirks, transmitter, alarmCounted } = this.#parts;
    if (!quirks.hasAlarms) return;
    this.#alarmCount++;
    if (transmitter.isBound(ClusterId.alarms)) {
      transmitter.send({
        clusterId: ClusterId.alarms,
        commandId: 0x00,
        payload: new OctetWriter().u8(code).u16(clusterId).finish(),
        isClusterSpecific: true,
        direction: "serverToClient",
      });
    }
    alarmCounted();
  }

  /** The coordinator's default response to an event: it is not repeated. */
  confirmed(sequence: number): void {
    this.#unconfirmed.delete(sequence);
  }

  /** A code as it goes over the air: every digit 0xFF unless sendPinOverTheAir is set. */
  maskPin(pin: string): Uint8Array {
    const isSent = this.#parts.settings.is(a.sendPinOverTheAir);
    return isSent ? latin1(pin) : new Uint8Array(pin.length).fill(0xff);
  }

  #sendProgramming(event: ProgrammingEvent, userId: number): void {
    const { quirks } = this.#parts;
    const pin = this.maskPin(event.pin);
    const none = new Uint8Array();
    const wireUserId =
      quirks.isProgrammingUserIdShifted && event.userId !== "all" ? userId << 8 : userId;
    const writer = new OctetWriter()
      .u8(event.source)
      .u8(event.code)
      .u16(wireUserId & 0xffff);
    writer.string(quirks.isProgrammingPinInData ? none : pin);
    writer.u8(event.userType).u8(event.userStatus).u32(this.#wireTime());
    if (quirks.isProgrammingPinInData) writer.string(pin);
    else if (quirks.hasEventDataField) writer.string(none);
    this.#send(DoorLockCommand.programmingEvent, writer.finish());
  }

  #send(commandId: number, payload: Uint8Array): void {
    const { quirks, transmitter } = this.#parts;
    if (!transmitter.isBound(ClusterId.doorLock)) return;
    const message: Message = {
      clusterId: ClusterId.doorLock,
      commandId,
      payload,
      isClusterSpecific: true,
      direction: "serverToClient",
      wantsDefaultResponse: quirks.wantsDefaultResponse,
    };
    const sequence = transmitter.send(message);
    for (let copy = 0; copy < quirks.extraEvents; copy++) transmitter.sendAgain(message, sequence);
    if (!quirks.wantsDefaultResponse) return;
    this.#unconfirmed.add(sequence);
    this.#repeatLater(message, sequence, repeats);
  }

  #repeatLater(message: Message, sequence: number, left: number): void {
    this.#parts.time.after(repeatAfterMs, () => {
      if (!this.#unconfirmed.has(sequence)) return;
      if (left === 0) {
        this.#unconfirmed.delete(sequence);
        return;
      }
      this.#parts.transmitter.sendAgain(message, sequence);
      this.#repeatLater(message, sequence, left - 1);
    });
  }

  #wireTime(): number {
    const { quirks, clock } = this.#parts;
    return quirks.isEventTimeAlwaysUnknown ? noTime : clock.wireLocalSeconds();
  }

  #log(event: {
    eventType: number;
    source: number;
    code: number;
    userId: number;
    pin: string;
  }): void {
    this.#parts.log.write({
      timestamp: this.#wireTime(),
      eventType: event.eventType,
      source: event.source,
      eventCode: event.code,
      userId: event.userId,
      code: event.pin,
    });
  }
}

function operationMask(source: SourceCode): number {
  const masks = {
    [Source.keypad]: a.keypadOperationEventMask,
    [Source.rf]: a.rfOperationEventMask,
    [Source.manual]: a.manualOperationEventMask,
    [Source.rfid]: a.rfidOperationEventMask,
  };
  return masks[source];
}

function programmingMask(source: SourceCode): number {
  if (source === Source.keypad) return a.keypadProgrammingEventMask;
  return source === Source.rfid ? a.rfidProgrammingEventMask : a.rfProgrammingEventMask;
}

/** Manual events have a bit each in the order of their codes; elsewhere bit 7 is the non-access user. */
function operationBit(event: OperationEvent): number {
  if (event.source === Source.manual) {
    return event.code <= 2 ? 1 << event.code : 1 << (event.code - 4);
  }
  return event.code === Operation.nonAccessUser ? 1 << 7 : 1 << event.code;
}

/** The programming code of a code that was put in or taken out. */
export function programmingCode(
  kind: "pin" | "rfid",
  change: "added" | "deleted" | "changed",
): number {
  if (kind === "rfid")
    return change === "deleted" ? Programming.rfidCodeDeleted : Programming.rfidCodeAdded;
  if (change === "added") return Programming.pinCodeAdded;
  return change === "deleted" ? Programming.pinCodeDeleted : Programming.pinCodeChanged;
}
