import { isBroadcastAddress } from "./af.ts";
import { type ByteReader, ByteWriter } from "./bytes.ts";
import type { Firmware } from "./firmware.ts";
import { type MtTable, mtStatus, statusOnly, subsystem } from "./mt.ts";
import { legacyItem, nvItem, nvTable, tableRow } from "./nv.ts";
import { zdpCluster } from "./zdp.ts";

const ok = statusOnly(mtStatus.success);
const startupState = { restored: 0, fresh: 1 } as const;
const discoveryConfirm = 0xc7;

/** A request whose payload behind the destination is ZDP's own. */
function toDestination(name: string, cluster: number): MtTable[number] {
  return {
    name,
    run: ({ zdo }, request) => {
      const address = request.u16();
      if (isBroadcastAddress(address)) zdo.requestAll(cluster, request.rest());
      else zdo.request(address, cluster, request.rest());
      return ok;
    },
  };
}

/** Bind and Unbind: MT always sends eight address bytes, ZDP only two for a group. */
function binding(name: string, cluster: number): MtTable[number] {
  return {
    name,
    run: ({ zdo }, request) => {
      const address = request.u16();
      const head = request.bytes(11);
      const mode = request.u8();
      const target = mode === 3 ? request.bytes(9) : request.bytes(8).subarray(0, 2);
      const payload = new ByteWriter().bytes(head).u8(mode).bytes(target);
      zdo.request(address, cluster, payload.toBytes());
      return ok;
    },
  };
}

/** MT_ZDO: device and service discovery, network management. */
export const zdoCommands: MtTable = {
  0: {
    name: "ZDO_NWK_ADDR_REQ",
    run: (firmware, request) => {
      const payload = request.bytes(10);
      const ieee = new ByteWriter().ieee(firmware.ieee).toBytes();
      const isOwn = Buffer.compare(payload.subarray(0, 8), ieee) === 0;
      if (isOwn) firmware.zdo.requestOwn(zdpCluster.networkAddress, payload);
      else firmware.zdo.requestAll(zdpCluster.networkAddress, payload);
      return ok;
    },
  },
  1: {
    name: "ZDO_IEEE_ADDR_REQ",
    run: ({ zdo }, request) => {
      const address = request.u16();
      const payload = new ByteWriter().u16(address).bytes(request.bytes(2)).toBytes();
      zdo.request(address, zdpCluster.ieeeAddress, payload);
      return ok;
    },
  },
  2: toDestination("ZDO_NODE_DESC_REQ", zdpCluster.nodeDescriptor),
  3: toDestination("ZDO_POWER_DESC_REQ", zdpCluster.powerDescriptor),
  4: toDestination("ZDO_SIMPLE_DESC_REQ", zdpCluster.simpleDescriptor),
  5: toDestination("ZDO_ACTIVE_EP_REQ", zdpCluster.activeEndpoints),
  6: toDestination("ZDO_MATCH_DESC_REQ", zdpCluster.matchDescriptors),
  10: {
    name: "ZDO_END_DEVICE_ANNCE",
    run: ({ ether }, request) => {
      const payload = Uint8Array.of(0, ...request.bytes(11));
      const addressing = { profileId: 0, sourceEndpoint: 0, destinationEndpoint: 0 };
      ether.broadcast(
        { ...addressing, clusterId: zdpCluster.deviceAnnounce, payload },
        "listening",
      );
      return ok;
    },
  },
  12: {
    name: "ZDO_SERVER_DISC_REQ",
    run: ({ zdo }, request) => {
      zdo.requestAll(zdpCluster.systemServers, request.bytes(2));
      return ok;
    },
  },
  33: binding("ZDO_BIND_REQ", zdpCluster.bind),
  34: binding("ZDO_UNBIND_REQ", zdpCluster.unbind),
  36: {
    name: "ZDO_REMOVE_LINK_KEY",
    run: (firmware, request) => statusOnly(removeLinkKey(firmware, request)),
  },
  37: { name: "ZDO_GET_LINK_KEY", run: getLinkKey },
  38: {
    name: "ZDO_NETWORK_DISCOVERY_REQ",
    run: (firmware, request) => {
      request.u32();
      const durationMs = 15 * (2 ** Math.min(request.u8(), 14) + 1);
      // Nobody else is on the air: the scan ends with an empty list of beacons.
      firmware.time.after(durationMs, () =>
        firmware.notify(subsystem.zdo, discoveryConfirm, Uint8Array.of(mtStatus.success)),
      );
      return ok;
    },
  },
  49: toDestination("ZDO_MGMT_LQI_REQ", zdpCluster.neighbours),
  50: toDestination("ZDO_MGMT_RTG_REQ", zdpCluster.routes),
  51: toDestination("ZDO_MGMT_BIND_REQ", zdpCluster.bindings),
  52: {
    name: "ZDO_MGMT_LEAVE_REQ",
    run: ({ zdo }, request) => {
      const address = request.u16();
      const payload = Uint8Array.of(...request.bytes(8), request.remaining > 0 ? request.u8() : 0);
      zdo.request(address, zdpCluster.leave, payload);
      return ok;
    },
  },
  54: {
    name: "ZDO_MGMT_PERMIT_JOIN_REQ",
    run: ({ zdo }, request) => {
      request.u8();
      const address = request.u16();
      const payload = request.bytes(2);
      if (isBroadcastAddress(address)) zdo.requestAll(zdpCluster.permitJoining, payload);
      else zdo.request(address, zdpCluster.permitJoining, payload);
      return ok;
    },
  },
  55: {
    name: "ZDO_MGMT_NWK_UPDATE_REQ",
    run: ({ zdo }, request) => {
      const address = request.u16();
      request.u8();
      const payload = request.bytes(5);
      if (isBroadcastAddress(address)) zdo.requestAll(zdpCluster.networkUpdate, payload);
      else zdo.request(address, zdpCluster.networkUpdate, payload);
      return ok;
    },
  },
  62: {
    name: "ZDO_MSG_CB_REGISTER",
    run: ({ zdo }, request) => {
      zdo.register(request.u16());
      return ok;
    },
  },
  63: {
    name: "ZDO_MSG_CB_REMOVE",
    run: ({ zdo }, request) =>
      statusOnly(zdo.unregister(request.u16()) ? mtStatus.success : mtStatus.failure),
  },
  64: {
    name: "ZDO_STARTUP_FROM_APP",
    run: ({ network }, request) => {
      const delayMs = request.u16();
      const isResumed = network.start(delayMs, () => {});
      return statusOnly(isResumed ? startupState.restored : startupState.fresh);
    },
  },
  68: {
    name: "ZDO_SEC_DEVICE_REMOVE",
    run: ({ joining }, request) =>
      statusOnly(joining.forget(request.ieee()) ? mtStatus.success : mtStatus.failure),
  },
  69: {
    name: "ZDO_EXT_ROUTE_DISC",
    run: (_, request) => {
      request.bytes(4);
      return ok;
    },
  },
  70: {
    name: "ZDO_EXT_ROUTE_CHECK",
    run: ({ devices }, request) => {
      const known = devices.byAddress(request.u16());
      // RTG_SUCCESS or RTG_NO_ENTRY.
      return statusOnly(known === undefined ? 4 : 0);
    },
  },
  71: {
    name: "ZDO_EXT_REMOVE_GROUP",
    run: ({ groups }, request) =>
      statusOnly(groups.remove(request.u8(), request.u16()) ? mtStatus.success : mtStatus.failure),
  },
  72: {
    name: "ZDO_EXT_REMOVE_ALL_GROUP",
    run: ({ groups }, request) => {
      groups.removeAll(request.u8());
      return ok;
    },
  },
  73: {
    name: "ZDO_EXT_FIND_ALL_GROUPS_ENDPOINT",
    run: ({ groups }, request) => new ByteWriter().u16List(groups.groupsOf(request.u8())).toBytes(),
  },
  74: {
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
  75: {
    name: "ZDO_EXT_ADD_GROUP",
    run: ({ groups }, request) => {
      const endpoint = request.u8();
      const groupId = request.u16();
      const name = request.remaining > 0 ? request.bytes(request.u8()).subarray(0, 16) : undefined;
      const isAdded = groups.add({ endpoint, groupId, name: name ?? new Uint8Array(0) });
      return statusOnly(isAdded ? mtStatus.success : mtStatus.memoryError);
    },
  },
  76: {
    name: "ZDO_EXT_COUNT_ALL_GROUPS",
    run: ({ groups }) => Uint8Array.of(groups.count),
  },
  77: {
    name: "ZDO_EXT_RX_IDLE",
    run: (_, request) => {
      request.bytes(2);
      return ok;
    },
  },
  78: {
    name: "ZDO_EXT_UPDATE_NWK_KEY",
    run: ({ nv }, request) => {
      request.u16();
      const descriptor = request.bytes(17);
      const isWritten = nv.write(legacyItem(nvItem.alternateKey), descriptor);
      return statusOnly(isWritten ? mtStatus.success : mtStatus.operationFailed);
    },
  },
  79: {
    name: "ZDO_EXT_SWITCH_NWK_KEY",
    run: ({ nv, network, ether }, request) => {
      request.u16();
      const sequence = request.u8();
      const next = nv.read(legacyItem(nvItem.alternateKey));
      if (next === null || next[0] !== sequence) return statusOnly(mtStatus.invalidParameter);
      const previous = network.identity;
      network.switchKey(next);
      ether.rename(previous, network.identity);
      return ok;
    },
  },
  80: {
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
  81: {
    name: "ZDO_EXT_SEC_APS_REMOVE_REQ",
    run: ({ devices, joining }, request) => {
      request.bytes(4);
      const known = devices.byIeee(request.ieee());
      if (known === undefined) return statusOnly(mtStatus.failure);
      joining.depart(known, { isAsked: true, isRejoining: false });
      return ok;
    },
  },
  83: {
    name: "ZDO_EXT_SET_PARAMS",
    run: (_, request) => {
      request.u8();
      return ok;
    },
  },
};

function removeLinkKey({ devices, nv }: Firmware, request: ByteReader): number {
  const known = devices.byIeee(request.ieee());
  if (known === undefined || devices.linkKeyOf(known) === null) return mtStatus.failure;
  if (known.apsKeyRow !== null) {
    nv.write(tableRow(nvTable.apsKeys, known.apsKeyRow), new Uint8Array(24));
  }
  known.seedShift = null;
  known.apsKeyRow = null;
  devices.store(known);
  return mtStatus.success;
}

function getLinkKey({ devices }: Firmware, request: ByteReader): Uint8Array {
  const ieee = request.ieee();
  const known = devices.byIeee(ieee);
  const key = known === undefined ? null : devices.linkKeyOf(known);
  const status = key === null ? mtStatus.failure : mtStatus.success;
  return new ByteWriter()
    .u8(status)
    .ieee(ieee)
    .bytes(key ?? new Uint8Array(16))
    .toBytes();
}
