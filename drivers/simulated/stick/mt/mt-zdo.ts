import { type ByteReader, ByteWriter, ieeeOf } from "../bytes.ts";
import type { Firmware } from "../firmware.ts";
import { zdpCluster } from "../network/zdp.ts";
import { nvTable, tableRow } from "../nv.ts";
import { mtStatus, statusOnly, subsystem } from "./mt-codes.ts";
import type { MtCommand, MtTable } from "./mt-command.ts";
import { zdoExtensionCommands } from "./mt-zdo-ext.ts";

const ok = statusOnly(mtStatus.success);
const discoveryConfirm = 0xc7;
/** The broadcast address of all nodes that listen. */
const listeningNodes = 0xfffd;

/** A request whose payload behind the destination is ZDP's own. */
function toDestination(id: number, name: string, cluster: number): MtCommand {
  return {
    id,
    name,
    run: ({ zdo }, request) => {
      const address = request.u16();
      zdo.request(address, cluster, request.rest());
      return ok;
    },
  };
}

/** Bind and Unbind: MT always sends eight address bytes, ZDP only two for a group. */
function binding(id: number, name: string, cluster: number): MtCommand {
  return {
    id,
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
export const zdoCommands: MtTable = [
  {
    id: 0x00,
    name: "ZDO_NWK_ADDR_REQ",
    run: (firmware, request) => {
      const payload = request.bytes(10);
      const isOwn = ieeeOf(payload.subarray(0, 8)) === firmware.ieee;
      // A sleeping child gets no broadcast: the stick asks the known address.
      const known = firmware.devices.byIeee(ieeeOf(payload.subarray(0, 8)));
      const address = isOwn ? 0 : (known?.networkAddress ?? listeningNodes);
      firmware.zdo.request(address, zdpCluster.networkAddress, payload);
      return ok;
    },
  },
  {
    id: 0x01,
    name: "ZDO_IEEE_ADDR_REQ",
    run: ({ zdo }, request) => {
      const address = request.u16();
      const payload = new ByteWriter().u16(address).bytes(request.bytes(2)).toBytes();
      zdo.request(address, zdpCluster.ieeeAddress, payload);
      return ok;
    },
  },
  toDestination(0x02, "ZDO_NODE_DESC_REQ", zdpCluster.nodeDescriptor),
  toDestination(0x03, "ZDO_POWER_DESC_REQ", zdpCluster.powerDescriptor),
  toDestination(0x04, "ZDO_SIMPLE_DESC_REQ", zdpCluster.simpleDescriptor),
  toDestination(0x05, "ZDO_ACTIVE_EP_REQ", zdpCluster.activeEndpoints),
  toDestination(0x06, "ZDO_MATCH_DESC_REQ", zdpCluster.matchDescriptors),
  {
    id: 0x0a,
    name: "ZDO_END_DEVICE_ANNCE",
    run: ({ radio }, request) => {
      const payload = Uint8Array.of(0, ...request.bytes(11));
      const addressing = { profileId: 0, sourceEndpoint: 0, destinationEndpoint: 0 };
      radio.broadcast(
        { ...addressing, clusterId: zdpCluster.deviceAnnounce, payload },
        "listening",
      );
      return ok;
    },
  },
  {
    id: 0x0c,
    name: "ZDO_SERVER_DISC_REQ",
    run: ({ zdo }, request) => {
      zdo.request(listeningNodes, zdpCluster.systemServers, request.bytes(2));
      return ok;
    },
  },
  binding(0x21, "ZDO_BIND_REQ", zdpCluster.bind),
  binding(0x22, "ZDO_UNBIND_REQ", zdpCluster.unbind),
  {
    id: 0x24,
    name: "ZDO_REMOVE_LINK_KEY",
    run: (firmware, request) => statusOnly(removeLinkKey(firmware, request)),
  },
  { id: 0x25, name: "ZDO_GET_LINK_KEY", run: getLinkKey },
  {
    id: 0x26,
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
  toDestination(0x31, "ZDO_MGMT_LQI_REQ", zdpCluster.neighbours),
  toDestination(0x32, "ZDO_MGMT_RTG_REQ", zdpCluster.routes),
  toDestination(0x33, "ZDO_MGMT_BIND_REQ", zdpCluster.bindings),
  {
    id: 0x34,
    name: "ZDO_MGMT_LEAVE_REQ",
    run: ({ zdo }, request) => {
      const address = request.u16();
      const payload = Uint8Array.of(...request.bytes(8), request.remaining > 0 ? request.u8() : 0);
      zdo.request(address, zdpCluster.leave, payload);
      return ok;
    },
  },
  {
    id: 0x36,
    name: "ZDO_MGMT_PERMIT_JOIN_REQ",
    run: ({ zdo }, request) => {
      request.u8();
      const address = request.u16();
      const payload = request.bytes(2);
      zdo.request(address, zdpCluster.permitJoining, payload);
      return ok;
    },
  },
  {
    id: 0x37,
    name: "ZDO_MGMT_NWK_UPDATE_REQ",
    run: ({ zdo }, request) => {
      const address = request.u16();
      request.u8();
      const payload = request.bytes(5);
      zdo.request(address, zdpCluster.networkUpdate, payload);
      return ok;
    },
  },
  {
    id: 0x3e,
    name: "ZDO_MSG_CB_REGISTER",
    run: ({ zdo }, request) => {
      zdo.register(request.u16());
      return ok;
    },
  },
  {
    id: 0x3f,
    name: "ZDO_MSG_CB_REMOVE",
    run: ({ zdo }, request) =>
      statusOnly(zdo.unregister(request.u16()) ? mtStatus.success : mtStatus.failure),
  },
  ...zdoExtensionCommands,
];

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
