import { ByteWriter } from "../bytes.ts";
import { legacyItem, nvItem } from "../nv.ts";
import { mtStatus, statusOnly } from "./mt-codes.ts";
import type { MtTable } from "./mt-command.ts";

const ok = statusOnly(mtStatus.success);
const startupState = { restored: 0, fresh: 1 } as const;
/** RTG_Status_t. */
const routeStatus = { success: 0, noEntry: 4 } as const;

/** MT_ZDO above 0x40: start-up, groups, keys and the network's parameters. */
export const zdoExtensionCommands: MtTable = [
  {
    id: 0x40,
    name: "ZDO_STARTUP_FROM_APP",
    run: ({ network }, request) => {
      const delayMs = request.u16();
      const isResumed = network.start(delayMs, () => {});
      return statusOnly(isResumed ? startupState.restored : startupState.fresh);
    },
  },
  {
    id: 0x44,
    name: "ZDO_SEC_DEVICE_REMOVE",
    run: ({ joining }, request) =>
      statusOnly(joining.forget(request.ieee()) ? mtStatus.success : mtStatus.failure),
  },
  {
    id: 0x45,
    name: "ZDO_EXT_ROUTE_DISC",
    run: (_, request) => {
      request.bytes(4);
      return ok;
    },
  },
  {
    id: 0x46,
    name: "ZDO_EXT_ROUTE_CHECK",
    run: ({ devices }, request) => {
      const known = devices.byAddress(request.u16());
      return statusOnly(known === undefined ? routeStatus.noEntry : routeStatus.success);
    },
  },
  {
    id: 0x47,
    name: "ZDO_EXT_REMOVE_GROUP",
    run: ({ groups }, request) =>
      statusOnly(groups.remove(request.u8(), request.u16()) ? mtStatus.success : mtStatus.failure),
  },
  {
    id: 0x48,
    name: "ZDO_EXT_REMOVE_ALL_GROUP",
    run: ({ groups }, request) => {
      groups.removeAll(request.u8());
      return ok;
    },
  },
  {
    id: 0x49,
    name: "ZDO_EXT_FIND_ALL_GROUPS_ENDPOINT",
    run: ({ groups }, request) => new ByteWriter().u16List(groups.groupsOf(request.u8())).toBytes(),
  },
  {
    id: 0x4a,
    name: "ZDO_EXT_FIND_GROUP",
    run: ({ groups }, request) => {
      const group = groups.find(request.u8(), request.u16());
      const status = group === undefined ? mtStatus.failure : mtStatus.success;
      const name = new Uint8Array(16);
      name.set(group?.name ?? []);
      const answer = new ByteWriter().u8(status).u16(group?.groupId ?? 0);
      return answer
        .u8(group?.name.length ?? 0)
        .bytes(name)
        .toBytes();
    },
  },
  {
    id: 0x4b,
    name: "ZDO_EXT_ADD_GROUP",
    run: ({ groups }, request) => {
      const endpoint = request.u8();
      const groupId = request.u16();
      const name = request.remaining > 0 ? request.bytes(request.u8()).subarray(0, 16) : undefined;
      const isAdded = groups.add({ endpoint, groupId, name: name ?? new Uint8Array(0) });
      return statusOnly(isAdded ? mtStatus.success : mtStatus.memoryError);
    },
  },
  {
    id: 0x4c,
    name: "ZDO_EXT_COUNT_ALL_GROUPS",
    run: ({ groups }) => Uint8Array.of(groups.count),
  },
  {
    id: 0x4d,
    name: "ZDO_EXT_RX_IDLE",
    run: (_, request) => {
      request.bytes(2);
      return ok;
    },
  },
  {
    id: 0x4e,
    name: "ZDO_EXT_UPDATE_NWK_KEY",
    run: ({ nv }, request) => {
      request.u16();
      const descriptor = request.bytes(17);
      const isWritten = nv.write(legacyItem(nvItem.alternateKey), descriptor);
      return statusOnly(isWritten ? mtStatus.success : mtStatus.operationFailed);
    },
  },
  {
    id: 0x4f,
    name: "ZDO_EXT_SWITCH_NWK_KEY",
    run: ({ nv, network, radio }, request) => {
      request.u16();
      const sequence = request.u8();
      const next = nv.read(legacyItem(nvItem.alternateKey));
      if (next === null || next[0] !== sequence) return statusOnly(mtStatus.invalidParameter);
      const previous = network.identity;
      network.switchKey(next);
      radio.rename(previous, network.identity);
      return ok;
    },
  },
  {
    id: 0x50,
    name: "ZDO_EXT_NWK_INFO",
    run: ({ network, ieee }) => {
      const nib = network.parameters;
      return new ByteWriter()
        .u16(network.isRunning ? 0 : 0xfffe)
        .u8(network.state)
        .u16(nib?.panId ?? 0xffff, 0)
        .bytes(nib?.extendedPanId ?? new Uint8Array(8))
        .ieee(ieee)
        .u8(nib?.channel ?? 0)
        .toBytes();
    },
  },
  {
    id: 0x51,
    name: "ZDO_EXT_SEC_APS_REMOVE_REQ",
    run: ({ devices, joining }, request) => {
      request.bytes(4);
      const known = devices.byIeee(request.ieee());
      if (known === undefined) return statusOnly(mtStatus.failure);
      joining.depart(known, { isAsked: true, isRejoining: false });
      return ok;
    },
  },
  {
    id: 0x53,
    name: "ZDO_EXT_SET_PARAMS",
    run: (_, request) => {
      request.u8();
      return ok;
    },
  },
];
