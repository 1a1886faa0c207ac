import { ClusterId, Status } from "../../zcl/constants.ts";
import { DataType } from "../../zcl/data-type.ts";
import { fromLatin1, latin1, OctetWriter } from "../../zcl/octets.ts";
import type { LockParts } from "../lock-parts.ts";
import type { VendorAttribute } from "../profiles.ts";
import { type Attribute, attributeTable, type Cluster } from "./cluster.ts";

function fixed(id: number, type: number, value: number): Attribute {
  return { id, type, read: () => value };
}

function text(id: number, value: string): Attribute {
  return { id, type: DataType.characterString, read: () => latin1(value) };
}

/** Attributes only this vendor has in a cluster; written values are kept. */
export function vendorAttributes({ profile, file }: LockParts, clusterId: number): Attribute[] {
  const toAttribute = (own: VendorAttribute): Attribute => {
    const key = `${clusterId}:${own.id}`;
    const read = (): number | Uint8Array => {
      const value = file.memory.settings[key] ?? own.value;
      return typeof value === "number" ? value : latin1(value);
    };
    const write = (value: number | Uint8Array): number => {
      file.memory.settings[key] = typeof value === "number" ? value : fromLatin1(value);
      file.changed();
      return Status.success;
    };
    return {
      id: own.id,
      type: own.type,
      read,
      write,
      manufacturerCode: profile.manufacturerCode,
      isReportable: true,
    };
  };
  return profile.vendorAttributes.filter((own) => own.clusterId === clusterId).map(toAttribute);
}

/** Basic 0x0000. Reset to Factory Defaults (0x00) gives the attributes their first values (ZCL 3.2.2.3). */
export function basicCluster(parts: LockParts): Cluster {
  const { profile, file, quirks } = parts;
  return {
    id: ClusterId.basic,
    attributes: attributeTable([
      fixed(0x0000, DataType.uint8, 3),
      fixed(0x0001, DataType.uint8, 1),
      fixed(0x0002, DataType.uint8, 2),
      fixed(0x0003, DataType.uint8, 1),
      text(0x0004, profile.manufacturerName),
      text(0x0005, profile.modelId),
      text(0x0006, profile.dateCode),
      // A lock that sleeps has a battery alone (3); one that listens all the time is on mains with a battery
      // behind it.
      fixed(0x0007, DataType.enum8, quirks.isSleepy ? 0x03 : 0x81),
      text(0x4000, profile.firmware),
      ...vendorAttributes(parts, ClusterId.basic),
    ]),
    receive(request) {
      if (request.zcl.commandId !== 0x00) return { status: Status.unsupClusterCommand };
      file.memory.settings = {};
      file.changed();
      return { status: Status.success };
    },
  };
}

/** Percentages below which the battery alarm state has its bits (thresholds 0x3A and 0x3B). */
export const batteryMinPercent = 5;
const batteryLowPercent = 10;

/** Power Configuration 0x0001: one battery of four AA cells. */
export function powerCluster({ file, quirks }: LockParts): Cluster {
  const percent = (): number => file.memory.batteryPercent;
  const alarmState = (): number =>
    (percent() <= batteryMinPercent ? 0b01 : 0) | (percent() <= batteryLowPercent ? 0b10 : 0);
  const units = (): number => Math.round(percent() * quirks.batteryUnitsPerPercent);
  const reportable = (id: number, type: number, read: () => number): Attribute => ({
    id,
    type,
    read,
    isReportable: true,
  });
  return {
    id: ClusterId.powerConfiguration,
    attributes: attributeTable([
      // 4.0 V empty … 6.0 V full, in units of 100 mV.
      reportable(0x0020, DataType.uint8, () => Math.round(40 + percent() / 5)),
      reportable(0x0021, DataType.uint8, units),
      fixed(0x0031, DataType.enum8, 0x03),
      fixed(0x0033, DataType.uint8, 4),
      fixed(0x0034, DataType.uint8, 15),
      fixed(0x003a, DataType.uint8, batteryMinPercent * quirks.batteryUnitsPerPercent),
      fixed(0x003b, DataType.uint8, batteryLowPercent * quirks.batteryUnitsPerPercent),
      reportable(0x003e, DataType.bitmap32, alarmState),
    ]),
    receive: () => ({ status: Status.unsupClusterCommand }),
  };
}

/** Identify 0x0003. */
export function identifyCluster({ time, transmitter }: LockParts): Cluster {
  let untilMs = 0;
  const secondsLeft = (): number => Math.max(0, Math.ceil((untilMs - time.nowMs()) / 1000));
  const identify = (seconds: number): void => {
    untilMs = time.nowMs() + seconds * 1000;
  };
  const identifyTime: Attribute = {
    id: 0x0000,
    type: DataType.uint16,
    read: secondsLeft,
    write: (value) => {
      identify(typeof value === "number" ? value : 0);
      return Status.success;
    },
  };
  return {
    id: ClusterId.identify,
    attributes: attributeTable([identifyTime]),
    receive(request, payload) {
      if (request.zcl.commandId === 0x00) {
        identify(payload.u16());
        return { status: Status.success };
      }
      if (request.zcl.commandId !== 0x01) return { status: Status.unsupClusterCommand };
      if (secondsLeft() === 0) return "silent";
      transmitter.respond(request, 0x00, new OctetWriter().u16(secondsLeft()).finish());
      return "answered";
    },
  };
}

/** Alarms 0x0009: counts alarms, forgets them on reset (0x00), reset all (0x01) and reset log (0x03). */
export function alarmsCluster({ events, transmitter }: LockParts): Cluster {
  const count = (): number => events.alarmCount;
  return {
    id: ClusterId.alarms,
    attributes: attributeTable([
      { id: 0x0000, type: DataType.uint16, read: count, isReportable: true },
    ]),
    receive(request, payload) {
      switch (request.zcl.commandId) {
        case 0x00:
          payload.u8();
          payload.u16();
          return { status: Status.success };
        case 0x01:
        case 0x03:
          events.resetAlarms();
          return { status: Status.success };
        case 0x02:
          // Get Alarm: no alarm is kept with a time of its own.
          transmitter.respond(request, 0x01, Uint8Array.of(Status.notFound));
          return "answered";
        default:
          return { status: Status.unsupClusterCommand };
      }
    },
  };
}

/**
 * OTA Upgrade 0x0019 as a client: asks when an image is notified (0x00), and declines an image that
 * is offered, since it has no second bank of memory.
 */
export function otaCluster({ profile, transmitter }: LockParts): Cluster {
  const fileVersion = 0x00000101;
  const imageType = 0x0001;
  const identity = (): OctetWriter =>
    new OctetWriter().u16(profile.manufacturerCode).u16(imageType).u32(fileVersion);
  const send = (commandId: number, payload: Uint8Array): void => {
    transmitter.send({
      clusterId: ClusterId.ota,
      commandId,
      payload,
      isClusterSpecific: true,
      direction: "clientToServer",
    });
  };
  return {
    id: ClusterId.ota,
    attributes: attributeTable([
      { id: 0x0000, type: DataType.ieeeAddress, read: () => new Uint8Array(8).fill(0xff) },
      fixed(0x0002, DataType.uint32, fileVersion),
      fixed(0x0006, DataType.enum8, 0),
    ]),
    receive(request, payload) {
      if (request.zcl.commandId === 0x00) {
        send(0x01, new OctetWriter().u8(0).octets(identity().finish()).finish());
        return "silent";
      }
      if (request.zcl.commandId !== 0x02) return { status: Status.unsupClusterCommand };
      if (payload.u8() === Status.success) {
        send(0x06, new OctetWriter().u8(Status.abort).octets(identity().finish()).finish());
      }
      return "silent";
    },
  };
}
