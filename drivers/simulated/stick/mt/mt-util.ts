import { randomBytes } from "node:crypto";
import { ByteReader, ByteWriter } from "../bytes.ts";
import type { Firmware } from "../firmware.ts";
import { type KnownDevice, relation } from "../network/device-table.ts";
import { deviceState } from "../network/network.ts";
import { legacyItem, nvItem } from "../nv.ts";
import { mtStatus, statusOnly } from "./mt-codes.ts";
import type { MtCommand, MtTable } from "./mt-command.ts";

const ok = statusOnly(mtStatus.success);
/** Device types the firmware could run as: coordinator, router, end device. */
const deviceTypes = 0x07;
/** Associated addresses that fit UTIL_GET_DEVICE_INFO. */
const listedChildren = 110;
const noAddress = 0xfffe;

/** Writes one NV item from the request's next bytes. */
function storing(id: number, name: string, item: number, length: number): MtCommand {
  return {
    id,
    name,
    run: ({ nv }, request) => {
      const isWritten = nv.write(legacyItem(item), request.bytes(length));
      return statusOnly(isWritten ? mtStatus.success : mtStatus.operationFailed);
    },
  };
}

/** Accepts this many bytes and does nothing that a host could see. */
function accepting(id: number, name: string, length: number): MtCommand {
  return {
    id,
    name,
    run: (_, request) => {
      request.bytes(length);
      return ok;
    },
  };
}

/** MT_UTIL: the stick's own tables. */
export const utilCommands: MtTable = [
  { id: 0x00, name: "UTIL_GET_DEVICE_INFO", run: getDeviceInfo },
  {
    id: 0x01,
    name: "UTIL_GET_NV_INFO",
    run: ({ nv, ieee }) => {
      const channels = nv.read(legacyItem(nvItem.channelList)) ?? new Uint8Array(4);
      const panId = nv.read(legacyItem(nvItem.panId)) ?? Uint8Array.of(0xff, 0xff);
      const key = nv.read(legacyItem(nvItem.preconfiguredKey)) ?? new Uint8Array(16);
      return new ByteWriter()
        .u8(mtStatus.success)
        .ieee(ieee)
        .u32(new ByteReader(channels).u32())
        .bytes(panId)
        .u8(5)
        .bytes(key)
        .toBytes();
    },
  },
  storing(0x02, "UTIL_SET_PANID", nvItem.panId, 2),
  storing(0x03, "UTIL_SET_CHANNELS", nvItem.channelList, 4),
  accepting(0x04, "UTIL_SET_SECLEVEL", 1),
  storing(0x05, "UTIL_SET_PRECFGKEY", nvItem.preconfiguredKey, 16),
  accepting(0x06, "UTIL_CALLBACK_SUB_CMD", 3),
  accepting(0x07, "UTIL_KEY_EVENT", 2),
  {
    id: 0x09,
    name: "UTIL_TIME_ALIVE",
    run: ({ time, bootedAtMs }) =>
      new ByteWriter().u32(Math.trunc((time.nowMs() - bootedAtMs) / 1000)).toBytes(),
  },
  accepting(0x0a, "UTIL_LED_CONTROL", 2),
  { id: 0x10, name: "UTIL_TEST_LOOPBACK", run: (_, request) => request.rest() },
  accepting(0x11, "UTIL_DATA_REQ", 1),
  accepting(0x20, "UTIL_SRC_MATCH_ENABLE", 0),
  accepting(0x21, "UTIL_SRC_MATCH_ADD_ENTRY", 11),
  accepting(0x22, "UTIL_SRC_MATCH_DEL_ENTRY", 11),
  accepting(0x23, "UTIL_SRC_MATCH_CHECK_SRC_ADDR", 11),
  accepting(0x24, "UTIL_SRC_MATCH_ACK_ALL_PENDING", 1),
  {
    id: 0x25,
    name: "UTIL_SRC_MATCH_CHECK_ALL_PENDING",
    run: () => Uint8Array.of(mtStatus.success, 0),
  },
  {
    id: 0x40,
    name: "UTIL_ADDRMGR_EXT_ADDR_LOOKUP",
    run: ({ devices }, request) => {
      const known = devices.byIeee(request.ieee());
      return new ByteWriter().u16(known?.networkAddress ?? noAddress).toBytes();
    },
  },
  {
    id: 0x41,
    name: "UTIL_ADDRMGR_NWK_ADDR_LOOKUP",
    run: ({ devices }, request) => {
      const known = devices.byAddress(request.u16());
      return new ByteWriter().ieee(known?.ieee ?? "0".repeat(16)).toBytes();
    },
  },
  {
    id: 0x44,
    name: "UTIL_APSME_LINK_KEY_DATA_GET",
    run: ({ devices }, request) => {
      const known = devices.byIeee(request.ieee());
      const key = known === undefined ? null : devices.linkKeyOf(known);
      return new ByteWriter()
        .u8(key === null ? mtStatus.failure : mtStatus.success)
        .bytes(key ?? new Uint8Array(16))
        .u32(known?.txCounter ?? 0)
        .u32(known?.rxCounter ?? 0)
        .toBytes();
    },
  },
  {
    id: 0x45,
    name: "UTIL_APSME_LINK_KEY_NV_ID_GET",
    run: ({ devices }, request) => {
      const known = devices.byIeee(request.ieee());
      const row = known?.apsKeyRow ?? null;
      const status = row === null ? mtStatus.failure : mtStatus.success;
      return new ByteWriter()
        .u8(status)
        .u16(row ?? 0xffff)
        .toBytes();
    },
  },
  {
    id: 0x48,
    name: "UTIL_ASSOC_COUNT",
    run: ({ devices }, request) => {
      const [first, last] = [request.u8(), request.u8()];
      const counted = devices.children().filter((child) => isBetween(child.relation, first, last));
      return new ByteWriter().u16(counted.length).toBytes();
    },
  },
  {
    id: 0x49,
    name: "UTIL_ASSOC_FIND_DEVICE",
    run: (firmware, request) => association(firmware, firmware.devices.children()[request.u8()]),
  },
  {
    id: 0x4a,
    name: "UTIL_ASSOC_GET_WITH_ADDRESS",
    run: (firmware, request) => {
      const ieee = request.ieee();
      const networkAddress = request.u16();
      const isBlank = /^(0{16}|f{16})$/.test(ieee);
      const { devices } = firmware;
      const known = isBlank ? devices.byAddress(networkAddress) : devices.byIeee(ieee);
      return association(firmware, known?.relation === relation.none ? undefined : known);
    },
  },
  accepting(0x4b, "UTIL_APSME_REQUEST_KEY_CMD", 8),
  { id: 0x4c, name: "UTIL_SRNG_GEN", run: () => Uint8Array.from(randomBytes(100)) },
  {
    id: 0x63,
    name: "UTIL_ASSOC_REMOVE",
    run: ({ devices }, request) => {
      const known = devices.byIeee(request.ieee());
      if (known === undefined || known.relation === relation.none) {
        return statusOnly(mtStatus.failure);
      }
      known.relation = relation.none;
      devices.store(known);
      return ok;
    },
  },
  {
    id: 0x64,
    name: "UTIL_ASSOC_ADD",
    run: ({ devices }, request) => {
      const [ieee, address, nodeRelation] = [request.ieee(), request.u16(), request.u8()];
      const added = devices.add(ieee, address, nodeRelation);
      return statusOnly(added === null ? mtStatus.failure : mtStatus.success);
    },
  },
];

function getDeviceInfo({ network, devices, ieee }: Firmware): Uint8Array {
  const isOn = network.state === deviceState.coordinator;
  const children = devices.children().slice(0, listedChildren);
  return new ByteWriter()
    .u8(mtStatus.success)
    .ieee(ieee)
    .u16(isOn ? 0 : noAddress)
    .u8(deviceTypes, network.state)
    .u16List(children.map(({ networkAddress }) => networkAddress))
    .toBytes();
}

/** associated_devices_t as it travels, 18 bytes. */
function association(firmware: Firmware, known: KnownDevice | undefined): Uint8Array {
  if (known === undefined) {
    const blank = new ByteWriter().u16(noAddress, 0xffff).u8(relation.none);
    return blank.bytes(new Uint8Array(13)).toBytes();
  }
  return new ByteWriter()
    .u16(known.networkAddress, firmware.devices.indexOf(known))
    .u8(known.relation, 0x0a, 0, 0)
    .u8(0, 1, firmware.radio.linkQualityOf(known), 0)
    .u32(known.rxCounter)
    .u16(0)
    .toBytes();
}

function isBetween(value: number, first: number, last: number): boolean {
  return value >= first && value <= last;
}
