import { randomBytes } from "node:crypto";
import type { Ieee, SimulationTime } from "../../radio.ts";
import { ByteReader, ByteWriter, ieeeBytes, isFilledWith } from "../bytes.ts";
import { legacyItem, type NvMemory, nvItem, nvTable, tableRow } from "../nv.ts";
import { blankNib, type Nib, networkOf, withNetwork } from "./nib.ts";

/** devState_t as in ZDO_STATE_CHANGE_IND and UTIL_GET_DEVICE_INFO. */
export const deviceState = { hold: 0, coordinatorStarting: 8, coordinator: 9 } as const;

/** Rows of the table of outgoing network frame counters. */
export const securityMaterialRows = 5;
/** The counter is stored each time this many frames were sent (MAX_NWK_FRAMECOUNTER_CHANGES)... */
const counterStoreInterval = 1000;
/** ...and continues this far above the stored value, so that no value is used twice. */
const counterRestartMargin = 1250;
/** Time from the command to form or resume until the radio runs. */
const startMs = 150;
/** Channels 11 to 26. */
const allChannels = 0x07fff800;
/** The channels that a stick scans without configuration: 11 only. */
const defaultChannels = 0x00000800;

export interface NetworkHost {
  /** The stack moved to another state. */
  stateChanged(state: number): void;
  readonly ieee: Ieee;
}

/** The network that the stick coordinates: its identity in NV, its state in RAM. */
export class Network {
  readonly #nv: NvMemory;
  readonly #time: SimulationTime;
  readonly #host: NetworkHost;
  #state: number = deviceState.hold;
  #nib: Nib | null = null;
  #primaryChannels = 0;
  #secondaryChannels = 0;
  #frameCounter = 0;

  constructor(nv: NvMemory, time: SimulationTime, host: NetworkHost) {
    this.#nv = nv;
    this.#time = time;
    this.#host = host;
  }

  get state(): number {
    return this.#state;
  }

  get isRunning(): boolean {
    return this.#state === deviceState.coordinator;
  }

  /** The network that NV holds, running or not. */
  get parameters(): Nib | null {
    return this.#nib;
  }

  get key(): Uint8Array {
    return this.#nv.read(legacyItem(nvItem.activeKey))?.subarray(1, 17) ?? new Uint8Array(16);
  }

  /** Devices with another identity belong to another network and get no frame of this one. */
  get identity(): string | null {
    if (this.#nib === null) return null;
    return Buffer.concat([this.#nib.extendedPanId, this.key]).toString("hex");
  }

  /** BDB attributes bdbPrimaryChannelSet and bdbSecondaryChannelSet; both are in RAM only. */
  setChannels(isPrimary: boolean, mask: number): void {
    if (isPrimary) this.#primaryChannels = mask & allChannels;
    else this.#secondaryChannels = mask & allChannels;
  }

  /** Reads what the last network left in NV; the radio stays off. */
  boot(): void {
    this.#state = deviceState.hold;
    this.#primaryChannels = 0;
    this.#secondaryChannels = 0;
    this.#nib = networkOf(this.#nv.read(legacyItem(nvItem.nib)));
  }

  /** The radio goes off. */
  halt(): void {
    this.#state = deviceState.hold;
  }

  /** Forgets the network (startup option "clear state"). */
  clear(): void {
    this.#nv.write(legacyItem(nvItem.nib), blankNib());
    this.#nv.write(legacyItem(nvItem.activeKey), new Uint8Array(17));
    this.#nv.write(legacyItem(nvItem.alternateKey), new Uint8Array(17));
    this.#nv.write(legacyItem(nvItem.isOnNetwork), Uint8Array.of(0));
    for (let row = 0; row < securityMaterialRows; row++) {
      this.#nv.write(tableRow(nvTable.securityMaterial, row), new Uint8Array(12));
    }
  }

  /**
   * Resumes the network in NV or forms one from what the host has written there.
   * @param done called when the stick coordinates it.
   * @returns whether it resumes.
   */
  start(delayMs: number, done: () => void): boolean {
    const isResumed = this.#nib !== null;
    if (this.isRunning) {
      this.#time.after(delayMs, () => this.#announceRunning(done));
      return isResumed;
    }
    this.#moveTo(deviceState.coordinatorStarting);
    this.#time.after(delayMs + startMs, () => {
      this.#nib ??= this.#form();
      this.#continueFrameCounter(this.#nib);
      this.#announceRunning(done);
    });
    return isResumed;
  }

  /** Moves the whole network to another channel (ZDP Mgmt_NWK_Update, duration 0xFE). */
  changeChannel(channel: number): void {
    if (this.#nib === null) return;
    const updateId = (this.#nib.updateId + 1) & 0xff;
    this.#nib = { ...this.#nib, channel, channelList: 1 << channel, updateId };
    this.#storeNib(this.#nib);
  }

  /** Makes another key the network's; the devices follow. @param descriptor sequence and key */
  switchKey(descriptor: Uint8Array): void {
    this.#nv.write(legacyItem(nvItem.activeKey), descriptor);
    this.#storeFrameCounter();
  }

  /** Counts one outgoing frame. */
  countFrame(): void {
    this.#frameCounter = (this.#frameCounter + 1) >>> 0;
    if (this.#frameCounter % counterStoreInterval === 0) this.#storeFrameCounter();
  }

  /** The counter of outgoing network frames, never lower than before. */
  get frameCounter(): number {
    return this.#frameCounter;
  }

  /** @param counter the next outgoing frame's (APP_CNF_SET_NWK_FRAME_COUNTER). */
  setFrameCounter(counter: number): void {
    this.#frameCounter = counter;
    this.#storeFrameCounter();
  }

  #announceRunning(done: () => void): void {
    this.#moveTo(deviceState.coordinator);
    done();
  }

  #moveTo(state: number): void {
    this.#state = state;
    this.#host.stateChanged(state);
  }

  #form(): Nib {
    const channelList = this.#channelMask();
    const nib = {
      panId: this.#choosePanId(),
      channel: 31 - Math.clz32(channelList & -channelList),
      channelList,
      extendedPanId: this.#chooseExtendedPanId(),
      updateId: 0,
    };
    const key = this.#chosen(nvItem.preconfiguredKey, 16) ?? Uint8Array.from(randomBytes(16));
    const descriptor = Uint8Array.of(0, ...key);
    this.#nv.write(legacyItem(nvItem.activeKey), descriptor);
    this.#nv.write(legacyItem(nvItem.alternateKey), descriptor);
    this.#nv.write(legacyItem(nvItem.isOnNetwork), Uint8Array.of(1));
    this.#storeNib(nib);
    return nib;
  }

  #channelMask(): number {
    const written = this.#nv.read(legacyItem(nvItem.channelList));
    const listed = written?.length === 4 ? new ByteReader(written).u32() & allChannels : 0;
    return this.#primaryChannels || this.#secondaryChannels || listed || defaultChannels;
  }

  #choosePanId(): number {
    const written = this.#nv.read(legacyItem(nvItem.panId));
    const wanted = written?.length === 2 ? new ByteReader(written).u16() : 0xffff;
    return wanted < 0xfffe ? wanted : 1 + Math.trunc(this.#time.random() * 0xfffc);
  }

  #chooseExtendedPanId(): Uint8Array {
    return (
      this.#chosen(nvItem.apsUseExtendedPanId, 8) ??
      this.#chosen(nvItem.extendedPanId, 8) ??
      ieeeBytes(this.#host.ieee)
    );
  }

  /** @returns what the host wrote, or null when it left the item blank. */
  #chosen(item: number, length: number): Uint8Array | null {
    const written = this.#nv.read(legacyItem(item));
    if (written?.length !== length) return null;
    return isFilledWith(written, 0) || isFilledWith(written, 0xff) ? null : written;
  }

  #storeNib(nib: Nib): void {
    const item = legacyItem(nvItem.nib);
    const base = this.#nv.read(item) ?? blankNib();
    this.#nv.write(item, withNetwork(base, nib, this.#host.ieee));
  }

  #continueFrameCounter({ extendedPanId }: Nib): void {
    let stored = 0;
    for (let row = 0; row < securityMaterialRows; row++) {
      const material = this.#nv.read(tableRow(nvTable.securityMaterial, row));
      if (material?.length !== 12) continue;
      const owner = material.subarray(4);
      const isOurs = isFilledWith(owner, 0xff) || Buffer.compare(owner, extendedPanId) === 0;
      if (isOurs) stored = Math.max(stored, new ByteReader(material).u32());
    }
    this.#frameCounter = stored + counterRestartMargin;
    this.#storeFrameCounter();
  }

  #storeFrameCounter(): void {
    if (this.#nib === null) return;
    const material = new ByteWriter()
      .u32(this.#frameCounter)
      .bytes(this.#nib.extendedPanId)
      .toBytes();
    this.#nv.write(tableRow(nvTable.securityMaterial, 0), material);
    const keyItem = new ByteWriter()
      .bytes(this.#nv.read(legacyItem(nvItem.activeKey)) ?? new Uint8Array(17))
      .u8(0, 0, 0)
      .u32(this.#frameCounter)
      .toBytes();
    this.#nv.write(legacyItem(nvItem.networkKey), keyItem);
  }
}
