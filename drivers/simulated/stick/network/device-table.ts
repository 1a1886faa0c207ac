import type { Ieee, NodeDescriptor, SimulationTime } from "../../radio.ts";
import { ByteReader, ByteWriter, ieeeBytes, isFilledWith } from "../bytes.ts";
import { legacyItem, type NvMemory, nvItem, nvTable, tableRow } from "../nv.ts";

/** Capacity of the tables as Z-Stack 3.x.0 coordinator firmware for the CC2652R has them. */
export const tableRows = { addressManager: 257, linkKeys: 200, apsKeys: 3 } as const;

/** AddrMgr user bits. */
const user = { association: 1, security: 2, unused: 0xff } as const;

/** AssocList node relations: what the child is and whether it listens when idle. */
export const relation = {
  sleepyChild: 1,
  listeningChild: 2,
  routerChild: 4,
  none: 0xff,
} as const;

export interface KnownDevice {
  readonly ieee: Ieee;
  networkAddress: number;
  /** One of {@link relation}; `none` when the stick is not its parent. */
  relation: number;
  /** How far the seed is rotated to give its link key; null without an own link key. */
  seedShift: number | null;
  txCounter: number;
  rxCounter: number;
  /** Row of the APS key table when its key does not come from the seed. */
  apsKeyRow: number | null;
}

/** Every device that has an address and a key here, with the NV tables that keep them. */
export class DeviceTable {
  readonly #nv: NvMemory;
  readonly #time: SimulationTime;
  readonly #rows: (KnownDevice | null)[] = Array.from(
    { length: tableRows.addressManager },
    () => null,
  );
  /** Addresses of devices that never joined here. */
  readonly #foreign = new Set<number>();

  constructor(nv: NvMemory, time: SimulationTime) {
    this.#nv = nv;
    this.#time = time;
  }

  /** Reads the tables, as after a reset. */
  boot(): void {
    const shifts = this.#readLinkKeyRows();
    for (let row = 0; row < tableRows.addressManager; row++) {
      this.#rows[row] = decodeAddressRow(this.#nv.read(tableRow(nvTable.addressManager, row)));
      const device = this.#rows[row];
      if (device) Object.assign(device, shifts.get(device.ieee));
    }
    for (const [row, apsKeyRow] of this.#readSecurityRows()) {
      const device = this.#rows[row];
      if (device) device.apsKeyRow = apsKeyRow;
    }
  }

  /** Empties the tables, rows and all. */
  clear(): void {
    this.#rows.fill(null);
    this.#rows.forEach((_, row) => {
      this.#storeAddressRow(row);
    });
    for (let row = 0; row < tableRows.apsKeys; row++) {
      this.#nv.write(tableRow(nvTable.apsKeys, row), new Uint8Array(24));
    }
    this.#storeLinkKeys();
    const noSecurity = new ByteWriter().u16(0);
    for (let row = 0; row < tableRows.apsKeys; row++) noSecurity.u8(0xfe, 0xff, 0, 0, 0, 0);
    this.#nv.write(legacyItem(nvItem.apsLinkKeyTable), noSecurity.toBytes());
  }

  all(): KnownDevice[] {
    return this.#rows.filter((device) => device !== null);
  }

  children(): KnownDevice[] {
    return this.all().filter((device) => device.relation !== relation.none);
  }

  byIeee(ieee: Ieee): KnownDevice | undefined {
    return this.all().find((device) => device.ieee === ieee);
  }

  byAddress(networkAddress: number): KnownDevice | undefined {
    return this.all().find((device) => device.networkAddress === networkAddress);
  }

  /** Row in the address manager, -1 when unknown. */
  indexOf(device: KnownDevice): number {
    return this.#rows.indexOf(device);
  }

  /** Takes a device in, or takes it back with what it was given before. @returns null when full. */
  admit(ieee: Ieee, node: NodeDescriptor): KnownDevice | null {
    const known = this.byIeee(ieee);
    const row = known === undefined ? this.#rows.indexOf(null) : this.indexOf(known);
    if (row === -1) return null;
    const device = known ?? {
      ieee,
      networkAddress: this.freeAddress(),
      relation: relation.none,
      seedShift: Math.trunc(this.#time.random() * 16),
      txCounter: 0,
      rxCounter: 0,
      apsKeyRow: null,
    };
    device.relation = relationOf(node);
    this.#rows[row] = device;
    this.store(device);
    return device;
  }

  /** Adds a device that never joined here (UTIL_ASSOC_ADD). @returns null when full. */
  add(ieee: Ieee, networkAddress: number, nodeRelation: number): KnownDevice | null {
    const known = this.byIeee(ieee);
    const row = known === undefined ? this.#rows.indexOf(null) : this.indexOf(known);
    if (row === -1) return null;
    const added = { ieee, seedShift: null, txCounter: 0, rxCounter: 0, apsKeyRow: null };
    const device = known ?? { ...added, networkAddress, relation: nodeRelation };
    device.networkAddress = networkAddress;
    device.relation = nodeRelation;
    this.#rows[row] = device;
    this.store(device);
    return device;
  }

  /** Forgets address and key. */
  remove(device: KnownDevice): void {
    const row = this.indexOf(device);
    if (row === -1) return;
    this.#rows[row] = null;
    this.#storeAddressRow(row);
    this.#storeLinkKeys();
  }

  /** Writes a changed device to NV. */
  store(device: KnownDevice): void {
    this.#storeAddressRow(this.indexOf(device));
    this.#storeLinkKeys();
  }

  /** An address that nobody has, by chance as Zigbee PRO gives it. */
  freeAddress(): number {
    for (;;) {
      const address = 1 + Math.trunc(this.#time.random() * 0xfff7);
      if (this.byAddress(address) === undefined && !this.#foreign.has(address)) return address;
    }
  }

  /** A device that is not in this table has this address: no other is given it. */
  reserve(networkAddress: number): void {
    this.#foreign.add(networkAddress);
  }

  /** The trust centre link key shared with this device, or null without one. */
  linkKeyOf(device: KnownDevice): Uint8Array | null {
    if (device.apsKeyRow !== null) {
      return this.#nv.read(tableRow(nvTable.apsKeys, device.apsKeyRow))?.subarray(0, 16) ?? null;
    }
    const seed = this.#nv.read(legacyItem(nvItem.linkKeySeed));
    const shift = device.seedShift;
    if (shift === null || seed?.length !== 16) return null;
    const address = ieeeBytes(device.ieee);
    return Uint8Array.from(
      seed,
      (_, index) => (seed[(index + shift) % 16] ?? 0) ^ (address[index % 8] ?? 0),
    );
  }

  #storeAddressRow(row: number): void {
    const device = this.#rows[row] ?? null;
    const contents = device === null ? new Uint8Array(12).fill(0xff) : encodeAddressRow(device);
    this.#nv.write(tableRow(nvTable.addressManager, row), contents);
  }

  #storeLinkKeys(): void {
    const withKeys = this.all().filter((device) => device.seedShift !== null);
    for (let row = 0; row < tableRows.linkKeys; row++) {
      const device = withKeys[row];
      const contents = device === undefined ? new Uint8Array(20) : encodeLinkKeyRow(device);
      const address = tableRow(nvTable.linkKeys, row);
      const stored = this.#nv.read(address);
      if (stored === null || Buffer.compare(stored, contents) !== 0) {
        this.#nv.write(address, contents);
      }
    }
  }

  #readLinkKeyRows(): Map<Ieee, Pick<KnownDevice, "seedShift" | "txCounter" | "rxCounter">> {
    const found = new Map<Ieee, Pick<KnownDevice, "seedShift" | "txCounter" | "rxCounter">>();
    for (let row = 0; row < tableRows.linkKeys; row++) {
      const contents = this.#nv.read(tableRow(nvTable.linkKeys, row));
      if (contents === null || contents.length < 19) continue;
      if (isFilledWith(contents.subarray(8, 16), 0)) continue;
      const reader = new ByteReader(contents);
      const [txCounter, rxCounter, ieee] = [reader.u32(), reader.u32(), reader.ieee()];
      reader.bytes(2);
      found.set(ieee, { txCounter, rxCounter, seedShift: reader.u8() & 0x0f });
    }
    return found;
  }

  /** Address manager row and APS key row of each entry of ZCD_NV_APS_LINK_KEY_TABLE. */
  #readSecurityRows(): [number, number][] {
    const contents = this.#nv.read(legacyItem(nvItem.apsLinkKeyTable));
    if (contents === null || contents.length < 2) return [];
    const reader = new ByteReader(contents);
    const count = Math.min(reader.u16(), Math.trunc(reader.remaining / 6));
    return Array.from({ length: count }, (): [number, number] => {
      const pair: [number, number] = [reader.u16(), reader.u16()];
      reader.u16();
      return pair;
    });
  }
}

function relationOf(node: NodeDescriptor): number {
  if (node.type === "router") return relation.routerChild;
  return node.isReceiverOnWhenIdle ? relation.listeningChild : relation.sleepyChild;
}

/** The pad byte of a row keeps the relation, which the stack itself keeps in its device list. */
function encodeAddressRow(device: KnownDevice): Uint8Array {
  const hasKey = device.seedShift !== null || device.apsKeyRow !== null;
  const isChild = device.relation !== relation.none;
  return new ByteWriter()
    .u8((isChild ? user.association : 0) | (hasKey ? user.security : 0), device.relation)
    .u16(device.networkAddress)
    .ieee(device.ieee)
    .toBytes();
}

function decodeAddressRow(contents: Uint8Array | null): KnownDevice | null {
  if (contents?.length !== 12) return null;
  const reader = new ByteReader(contents);
  const [users, pad, networkAddress] = [reader.u8(), reader.u8(), reader.u16()];
  const address = contents.subarray(4);
  if (users === user.unused || isFilledWith(address, 0xff) || isFilledWith(address, 0)) return null;
  // A restored backup fills the pad with 0xFF: until the child shows itself it passes for a sleeper.
  const childRelation = pad === relation.none || pad === 0 ? relation.sleepyChild : pad;
  return {
    ieee: reader.ieee(),
    networkAddress,
    relation: (users & user.association) === 0 ? relation.none : childRelation,
    seedShift: null,
    txCounter: 0,
    rxCounter: 0,
    apsKeyRow: null,
  };
}

function encodeLinkKeyRow(device: KnownDevice): Uint8Array {
  return new ByteWriter()
    .u32(device.txCounter)
    .u32(device.rxCounter)
    .ieee(device.ieee)
    .u8(2, 0, device.seedShift ?? 0, 0)
    .toBytes();
}
