import { ByteWriter } from "../bytes.ts";
import type { Firmware } from "../firmware.ts";
import { legacyItem, nvItem } from "../nv.ts";
import { mtStatus, statusOnly, subsystem } from "./mt-codes.ts";
import type { MtTable } from "./mt-command.ts";
import { nvCommands } from "./mt-nv.ts";

/** Which subsystems the firmware has: SYS, AF, ZDO, UTIL, APP_CNF and green power. */
const capabilities = 0x0659;
/** Seconds from the Unix epoch to 2000-01-01. */
const zigbeeEpochS = 946_684_800;
const osalTimers = 4;
const resetIndication = 0x80;
const timerExpired = 0x81;

/** Why the firmware started, as in SYS_RESET_IND. */
export const resetReason = { powerUp: 0, external: 1, watchdog: 2 } as const;

export type ResetReason = keyof typeof resetReason;

/** Sends SYS_RESET_IND. */
export function announceReset(firmware: Firmware, reason: number): void {
  const { transport, product, major, minor, maintenance } = firmware.version;
  const payload = Uint8Array.of(reason, transport, product, major, minor, maintenance);
  firmware.notify(subsystem.sys, resetIndication, payload);
}

/** MT_SYS: the stick as a device of its own. */
export const sysCommands: MtTable = [
  {
    id: 0x00,
    name: "SYS_RESET_REQ",
    run: (firmware) => {
      firmware.reset();
      return null;
    },
  },
  { id: 0x01, name: "SYS_PING", run: () => new ByteWriter().u16(capabilities).toBytes() },
  {
    id: 0x02,
    name: "SYS_VERSION",
    run: ({ version }) =>
      new ByteWriter()
        .u8(version.transport, version.product, version.major, version.minor, version.maintenance)
        .u32(version.revision)
        .toBytes(),
  },
  {
    id: 0x03,
    name: "SYS_SET_EXTADDR",
    run: ({ nv }, request) => {
      const isWritten = nv.write(legacyItem(nvItem.extendedAddress), request.bytes(8));
      return statusOnly(isWritten ? mtStatus.success : mtStatus.operationFailed);
    },
  },
  {
    id: 0x04,
    name: "SYS_GET_EXTADDR",
    run: ({ ieee }) => new ByteWriter().ieee(ieee).toBytes(),
  },
  {
    id: 0x0a,
    name: "SYS_OSAL_START_TIMER",
    run: (firmware, request) => {
      const id = request.u8();
      const timeoutMs = request.u16();
      if (id >= osalTimers) return statusOnly(mtStatus.invalidParameter);
      firmware.timers.get(id)?.();
      const cancel = firmware.time.after(timeoutMs, () => {
        firmware.timers.delete(id);
        firmware.notify(subsystem.sys, timerExpired, Uint8Array.of(id));
      });
      firmware.timers.set(id, cancel);
      return statusOnly(mtStatus.success);
    },
  },
  {
    id: 0x0b,
    name: "SYS_OSAL_STOP_TIMER",
    run: (firmware, request) => {
      const id = request.u8();
      const cancel = firmware.timers.get(id);
      cancel?.();
      firmware.timers.delete(id);
      return statusOnly(cancel === undefined ? mtStatus.invalidParameter : mtStatus.success);
    },
  },
  {
    id: 0x0c,
    name: "SYS_RANDOM",
    run: ({ time }) => new ByteWriter().u16(Math.trunc(time.random() * 0x10000)).toBytes(),
  },
  {
    id: 0x0d,
    name: "SYS_ADC_READ",
    run: (_, request) => {
      request.u8();
      // An open pin reads a little noise around zero, whatever the resolution.
      request.u8();
      return new ByteWriter().u16(0).toBytes();
    },
  },
  {
    id: 0x0e,
    name: "SYS_GPIO",
    run: (_, request) => {
      const operation = request.u8();
      const value = request.u8();
      return Uint8Array.of(operation === 0x05 ? 0 : value);
    },
  },
  {
    id: 0x0f,
    name: "SYS_STACK_TUNE",
    run: (_, request) => {
      request.u8();
      return Uint8Array.of(request.u8());
    },
  },
  {
    id: 0x10,
    name: "SYS_SET_TIME",
    run: (firmware, request) => {
      const utc = request.u32();
      const fields = [request.u8(), request.u8(), request.u8(), request.u8(), request.u8()];
      const [hour = 0, minute = 0, second = 0, month = 1, day = 1] = fields;
      const year = request.u16();
      const calendarS = Date.UTC(year, month - 1, day, hour, minute, second) / 1000 - zigbeeEpochS;
      firmware.setClock(utc === 0 ? calendarS : utc);
      return statusOnly(mtStatus.success);
    },
  },
  {
    id: 0x11,
    name: "SYS_GET_TIME",
    run: (firmware) => {
      const utc = firmware.clockS();
      const date = new Date((utc + zigbeeEpochS) * 1000);
      return new ByteWriter()
        .u32(utc)
        .u8(date.getUTCHours(), date.getUTCMinutes(), date.getUTCSeconds())
        .u8(date.getUTCMonth() + 1, date.getUTCDate())
        .u16(date.getUTCFullYear())
        .toBytes();
    },
  },
  {
    id: 0x14,
    name: "SYS_SET_TX_POWER",
    run: (_, request) => {
      const level = request.u8();
      return Uint8Array.of(level > 20 && level < 0x80 ? 20 : level);
    },
  },
  ...nvCommands,
];
