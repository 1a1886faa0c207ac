import { type ByteReader, ByteWriter } from "../bytes.ts";
import type { Firmware } from "../firmware.ts";
import type { Destination } from "../network/af.ts";
import { isBroadcastAddress } from "../network/broadcast.ts";
import { mtStatus, statusOnly } from "./mt-codes.ts";
import type { MtTable } from "./mt-command.ts";

/** afAddrMode_t. */
const addressMode = { group: 0x01, short: 0x02, extended: 0x03, broadcast: 0x0f } as const;

/** MT_AF: the host's endpoints and its data. */
export const afCommands: MtTable = [
  {
    id: 0x00,
    name: "AF_REGISTER",
    run: ({ af }, request) => {
      const endpoint = request.u8();
      const profileId = request.u16();
      const deviceId = request.u16();
      const deviceVersion = request.u8();
      request.u8();
      const inputClusters = request.u16List();
      const outputClusters = request.u16List();
      const head = { endpoint, profileId, deviceId, deviceVersion };
      return statusOnly(af.register({ ...head, inputClusters, outputClusters }));
    },
  },
  {
    id: 0x01,
    name: "AF_DATA_REQUEST",
    run: ({ af }, request) => {
      const destination = destinationOf(request.u16());
      const head = requestHead(request);
      const options = request.u8();
      request.u8();
      const payload = request.bytes(request.u8());
      return statusOnly(af.request({ ...head, destination, options, payload }));
    },
  },
  { id: 0x02, name: "AF_DATA_REQUEST_EXT", run: dataRequestExtended },
  {
    id: 0x03,
    name: "AF_DATA_REQUEST_SRC_RTG",
    run: ({ af }, request) => {
      const destination = destinationOf(request.u16());
      const head = requestHead(request);
      const options = request.u8();
      request.u8();
      // Every device is a direct child: the relays that the host names are not needed.
      request.u16List();
      const payload = request.bytes(request.u8());
      return statusOnly(af.request({ ...head, destination, options, payload }));
    },
  },
  {
    id: 0x04,
    name: "AF_DELETE",
    run: ({ af }, request) => statusOnly(af.unregister(request.u8())),
  },
  {
    id: 0x10,
    name: "AF_INTER_PAN_CTL",
    run: (_, request) => {
      const command = request.u8();
      if (command > 3) return statusOnly(mtStatus.invalidParameter);
      return statusOnly(mtStatus.success);
    },
  },
  {
    id: 0x11,
    name: "AF_DATA_STORE",
    run: ({ af }, request) => {
      const start = request.u16();
      const piece = request.bytes(request.u8());
      if (piece.length === 0) return statusOnly(af.sendStored());
      const isStored = af.longMessages.put(start, piece);
      return statusOnly(isStored ? mtStatus.success : mtStatus.invalidParameter);
    },
  },
  {
    id: 0x12,
    name: "AF_DATA_RETRIEVE",
    run: ({ af }, request) => {
      const timestamp = request.u32();
      const start = request.u16();
      const length = request.u8();
      if (length === 0) {
        const isFreed = af.longMessages.free(timestamp);
        return Uint8Array.of(isFreed ? mtStatus.success : mtStatus.failure, 0);
      }
      const stretch = af.longMessages.retrieve(timestamp, start, length);
      if (stretch === null) return Uint8Array.of(mtStatus.failure, 0);
      return Uint8Array.of(mtStatus.success, stretch.length, ...stretch);
    },
  },
  {
    id: 0x13,
    name: "AF_APSF_CONFIG_SET",
    run: (_, request) => {
      request.bytes(3);
      return statusOnly(mtStatus.success);
    },
  },
  {
    id: 0x14,
    name: "AF_APSF_CONFIG_GET",
    run: (_, request) => {
      request.u8();
      // The stack's defaults: 50 ms between fragments, a window of one.
      return new ByteWriter().u8(50, 1).toBytes();
    },
  },
];

function destinationOf(networkAddress: number): Destination {
  const isBroadcast = isBroadcastAddress(networkAddress);
  return { kind: isBroadcast ? "broadcast" : "device", networkAddress };
}

function requestHead(request: ByteReader) {
  return {
    destinationEndpoint: request.u8(),
    sourceEndpoint: request.u8(),
    clusterId: request.u16(),
    transactionId: request.u8(),
  };
}

function dataRequestExtended(firmware: Firmware, request: ByteReader): Uint8Array {
  const mode = request.u8();
  const ieee = request.ieee();
  const destinationEndpoint = request.u8();
  request.u16();
  const sourceEndpoint = request.u8();
  const clusterId = request.u16();
  const transactionId = request.u8();
  const options = request.u8();
  request.u8();
  const length = request.u16();
  const destination = extendedDestination(firmware, mode, ieee);
  if (destination === null) return statusOnly(mtStatus.invalidParameter);
  const head = { destination, destinationEndpoint, sourceEndpoint, clusterId, transactionId };
  // A payload that does not fit the frame follows with AF_DATA_STORE.
  if (length > 0 && request.remaining === 0) {
    return statusOnly(firmware.af.prepare({ ...head, options }, length));
  }
  return statusOnly(firmware.af.request({ ...head, options, payload: request.bytes(length) }));
}

function extendedDestination(firmware: Firmware, mode: number, ieee: string): Destination | null {
  const short = Number.parseInt(ieee.slice(-4), 16);
  switch (mode) {
    case addressMode.group:
      return { kind: "group", groupId: short };
    case addressMode.short:
    case addressMode.broadcast:
      return destinationOf(short);
    case addressMode.extended: {
      if (ieee === firmware.ieee) return destinationOf(0);
      const known = firmware.devices.byIeee(ieee);
      // An address that nobody can have: the confirmation will be "no route".
      return { kind: "device", networkAddress: known?.networkAddress ?? 0xfff8 };
    }
    default:
      return null;
  }
}
