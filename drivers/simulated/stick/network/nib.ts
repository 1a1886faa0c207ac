import type { Ieee } from "../../radio.ts";
import { ByteReader, ByteWriter } from "../bytes.ts";

/** Size of the network information base on a CC2652, where structs are aligned to 16 bits. */
const nibLength = 116;

/** Where the fields lie that change (nwk.h, nwkIB_t). All others keep the stack's defaults. */
const offset = {
  devAddress: 22,
  logicalChannel: 24,
  coordAddress: 26,
  coordExtAddress: 28,
  panId: 36,
  state: 38,
  channelList: 40,
  extendedPanId: 57,
  keyLoaded: 65,
  managerAddress: 110,
  updateId: 114,
} as const;

/** nwkState while the node is out of any network, and while it runs as coordinator or router. */
const nwkState = { initial: 0, running: 8 } as const;

/** The part of the network information base that names the network. */
export interface Nib {
  readonly panId: number;
  readonly channel: number;
  readonly channelList: number;
  /** Eight bytes in the order in which they travel. */
  readonly extendedPanId: Uint8Array;
  readonly updateId: number;
}

/** The base of a stick that is out of any network: PAN id 0xFFFF, channel 0. */
export function blankNib(): Uint8Array {
  const bytes = new Uint8Array(nibLength);
  const defaults = new ByteWriter()
    .u8(0, 5, 2, 50, 20, 50, 0, 30, 0, 0, 0, 1, 5, 0, 0x8f, 0)
    .u16(7)
    .u8(2, 13, 30, 0)
    .u16(0xfffe)
    .toBytes();
  bytes.set(defaults);
  bytes.set([0xff, 0xff], offset.panId);
  bytes[offset.state] = nwkState.initial;
  // Beacon order, super frame order, scan duration and battery life extension of a beaconless PAN.
  bytes.set([15, 15, 4, 0], 44);
  // Link status period, router age limit, multicast, concentrator and its timing, all fresh.
  bytes.set([60, 3, 0, 1, 120, 10, 1], 102);
  return bytes;
}

/** Writes the network into `nib`, whose other fields stay. */
export function withNetwork(nib: Uint8Array, network: Nib, coordinator: Ieee): Uint8Array {
  const bytes = nib.slice();
  bytes.set(new ByteWriter().u16(0).toBytes(), offset.devAddress);
  bytes[offset.logicalChannel] = network.channel;
  bytes.set(new ByteWriter().u16(0).ieee(coordinator).toBytes(), offset.coordAddress);
  bytes.set(new ByteWriter().u16(network.panId).toBytes(), offset.panId);
  bytes[offset.state] = nwkState.running;
  bytes.set(new ByteWriter().u32(network.channelList).toBytes(), offset.channelList);
  bytes.set(network.extendedPanId, offset.extendedPanId);
  bytes[offset.keyLoaded] = 1;
  bytes.set(new ByteWriter().u16(0).toBytes(), offset.managerAddress);
  bytes[offset.updateId] = network.updateId;
  return bytes;
}

/** @returns the network, or null when these bytes name none that could run. */
export function networkOf(nib: Uint8Array | null): Nib | null {
  if (nib === null || nib.length !== nibLength) return null;
  const at = (start: number) => new ByteReader(nib.subarray(start));
  const network = {
    panId: at(offset.panId).u16(),
    channel: at(offset.logicalChannel).u8(),
    channelList: at(offset.channelList).u32(),
    extendedPanId: at(offset.extendedPanId).bytes(8),
    updateId: at(offset.updateId).u8(),
  };
  const isRunning = at(offset.state).u8() === nwkState.running;
  const isValid = isRunning && network.panId < 0xfffe && network.channel >= 11;
  return isValid && network.channel <= 26 ? network : null;
}
