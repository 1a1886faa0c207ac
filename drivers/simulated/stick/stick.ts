import type {
  Ieee,
  JoinRefusal,
  RadioDevice,
  RadioLink,
  RadioNetwork,
  SimulationTime,
} from "../radio.ts";
import { TimeScope } from "../simulation-time.ts";
import { ieeeBytes } from "./bytes.ts";
import { checkFaults, type FaultSwitches, noFaults, type PlannedLineDeath } from "./faults.ts";
import { HostPorts } from "./host-ports.ts";
import { MtPort } from "./mt/mt-port.ts";
import type { ResetReason } from "./mt/mt-sys.ts";
import type { ObservedFrame } from "./network/radio-host.ts";
import { legacyItem, NvMemory, nvItem } from "./nv.ts";
import { NvFile } from "./nv-file.ts";
import { loseNvPart, type NvPart } from "./nv-parts.ts";
import { RunningFirmware } from "./running-firmware.ts";
import { type LineEnd, SerialLine, type StickEnd } from "./serial-line.ts";
import type { TcpAddress } from "./tcp.ts";

/** Children that Z-Stack coordinator firmware for the CC2652 takes (NWK_MAX_DEVICE_LIST). */
const defaultChildCapacity = 50;
const defaultIeee = "00124b0014d2a1f7";
const defaultRevision = 20240710;

export interface SimulatedStickOptions {
  readonly time: SimulationTime;
  /** File that keeps the flash; without one it is lost with the object. */
  readonly nvPath?: string;
  /** Factory address, 16 lower-case hex digits; a host may write another one into NV. */
  readonly ieee?: Ieee;
  /** Build date of the coordinator firmware, YYYYMMDD; 20240710 by default. */
  readonly firmwareRevision?: number;
  /** Direct children it takes, 50 by default. */
  readonly childCapacity?: number;
}

/** How the firmware restarts unasked. */
export interface UnaskedRestart {
  /** `external` by default. */
  readonly reason?: ResetReason;
  /** The flash is blank afterwards. */
  readonly isFlashLost?: boolean;
  readonly noise?: Uint8Array;
}

/**
 * A CC2652 with Z-Stack 3.x.0 coordinator firmware: a serial port on one side, a simulated radio with
 * devices on the other. It keeps its network in flash, its endpoints and permissions in RAM.
 */
export class SimulatedStick implements RadioNetwork {
  /** Switches for everything that can go wrong; change them with {@link setFaults} or one by one. */
  readonly faults: FaultSwitches = noFaults();
  readonly #time: TimeScope;
  readonly #nv: NvMemory;
  readonly #nvFile: NvFile | null;
  readonly #line: SerialLine;
  readonly #port: MtPort;
  readonly #firmware: RunningFirmware;
  readonly #observers = new Set<(frame: ObservedFrame) => void>();
  readonly #ports = new HostPorts((end) => this.connect(end));
  /** Until the file has been read it must not be written. */
  #isOpen = false;
  #isPowered = false;
  #cancelPlugIn: (() => void) | null = null;

  /** @throws RangeError when `ieee` is not 16 lower-case hex digits */
  constructor(options: SimulatedStickOptions) {
    if (!/^[0-9a-f]{16}$/.test(options.ieee ?? defaultIeee)) {
      throw new RangeError("ieee must be 16 lower-case hex digits");
    }
    this.#time = new TimeScope(options.time);
    this.#nvFile = options.nvPath === undefined ? null : new NvFile(options.nvPath, this.#time);
    this.#nv = new NvMemory(() => this.#nvFile?.saveSoon(this.#nv));
    this.#firmware = new RunningFirmware({
      time: options.time,
      nv: this.#nv,
      faults: this.faults,
      factoryIeee: options.ieee ?? defaultIeee,
      revision: options.firmwareRevision ?? defaultRevision,
      childCapacity: options.childCapacity ?? defaultChildCapacity,
      notify: (subsystem, command, payload) => this.#port.notify(subsystem, command, payload),
      observed: (frame) => {
        for (const observer of this.#observers) observer(frame);
      },
    });
    this.#line = new SerialLine({
      time: this.#time,
      faults: this.faults,
      received: (frame) => {
        if (this.#firmware.isBooted) this.#port.receive(frame);
      },
    });
    this.#port = new MtPort(this.#firmware, this.faults, (frame) => this.#line.send(frame));
  }

  /** Loads the flash and starts the firmware, at once. @throws NvFileError */
  open(): void {
    this.#nvFile?.load(this.#nv);
    this.#isOpen = true;
    this.#isPowered = true;
    this.#firmware.start();
  }

  /** Takes power and line away and writes the flash to its file, durably. */
  async close(): Promise<void> {
    this.#powerOff();
    this.#time.cancelAll();
    this.#line.cut();
    await this.#ports.close();
    if (this.#isOpen) this.#nvFile?.save(this.#nv);
    this.#isOpen = false;
  }

  /** Offers the serial port on TCP. @returns where, with the real port. @throws socket errors */
  async listenTcp(address: TcpAddress): Promise<TcpAddress> {
    return await this.#ports.listenTcp(address);
  }

  /**
   * Offers the serial port as a pseudo terminal at `path`, by means of socat.
   * @throws PtyError when socat is not installed.
   */
  async listenPty(path: string): Promise<void> {
    await this.#ports.listenPty(path);
  }

  /** Connects a host to the serial port and disconnects the one before. */
  connect(end: LineEnd): StickEnd {
    return this.#line.connect(end);
  }

  /** Watches all frames from and to devices. @returns a function that ends it. */
  onFrame(observer: (frame: ObservedFrame) => void): () => void {
    this.#observers.add(observer);
    return () => {
      this.#observers.delete(observer);
    };
  }

  get isPermittingJoin(): boolean {
    return this.#firmware.joining.isPermitted;
  }

  /** The network is formed and its radio is on (state 9). */
  get isFormed(): boolean {
    return this.#firmware.network.isRunning;
  }

  /** Whether a host is on the line. */
  get isConnected(): boolean {
    return this.#line.isConnected;
  }

  join(
    device: RadioDevice,
    options: { readonly installCode?: Uint8Array } = {},
  ): JoinRefusal | null {
    return this.#firmware.joining.join(device, options.installCode);
  }

  rejoin(
    device: RadioDevice,
    options: { readonly withNewAddress?: boolean } = {},
  ): JoinRefusal | null {
    return this.#firmware.joining.rejoin(device, options.withNewAddress === true);
  }

  /**
   * Somebody who has the network's key takes a free network address, without having been let in.
   * @returns the link that `device` speaks by, under its own IEEE address
   */
  intrude(device: RadioDevice): RadioLink {
    const { devices, radio } = this.#firmware;
    const networkAddress = devices.freeAddress();
    devices.reserve(networkAddress);
    return radio.intruders.admit(device, networkAddress);
  }

  /**
   * Sends the host a frame for which nothing happened on this network, as a stick does after a forged frame:
   * a join, a departure or an announcement with somebody else's address.
   */
  tellHost(subsystem: number, command: number, payload: Uint8Array): void {
    this.#port.notify(subsystem, command, payload);
  }

  /** Changes fault switches, all or none. @throws RangeError naming the switch. */
  setFaults(changes: Partial<FaultSwitches>): void {
    const next = { ...this.faults, ...changes };
    checkFaults(next);
    Object.assign(this.faults, next);
  }

  /** Sends noise to the host. */
  sendNoise(bytes: Uint8Array): void {
    this.#line.sendNoise(bytes);
  }

  /** Lets the line die after this many more bytes to the host, also in the middle of a frame. */
  planLineDeath(death: PlannedLineDeath): void {
    this.#line.planDeath(death);
  }

  /** Takes the line from the host, who may connect again at once. */
  cutLine(): void {
    this.#line.cut();
  }

  /**
   * Delays all bytes of the serial line, both ways, for this time; then they pass in sequence, as
   * from a bridge or a UART that stalls.
   */
  stallLine(durationMs: number): void {
    this.#line.stall(durationMs);
  }

  /**
   * The firmware restarts unasked while the line stays up: it sends SYS_RESET_IND, answers SYS, and refuses
   * AF and ZDO until the host has started it.
   * @param options.noise bytes that the host hears right before SYS_RESET_IND
   */
  restartFirmware(options: UnaskedRestart = {}): void {
    const { reason = "external", isFlashLost = false, noise } = options;
    this.#firmware.restart(reason);
    if (isFlashLost) this.#nv.clear();
    if (noise !== undefined) this.#line.sendNoise(noise);
  }

  /** Loses one part of its flash, and starts again without it. */
  loseNvPart(part: NvPart): void {
    this.#powerOff();
    loseNvPart(this.#nv, part);
    this.#powerOn();
  }

  /** Sends this many frames that no lock answers, such as link status. */
  countFrames(count: number): void {
    for (let frame = 0; frame < count; frame += 1) this.#firmware.network.countFrame();
  }

  /** The seed of the trust centre's link keys, as the flash holds it. */
  get linkKeySeed(): Uint8Array | null {
    return this.#nv.read(legacyItem(nvItem.linkKeySeed));
  }

  /** Power away and back: RAM is lost, flash is not; the line stays, as behind a powered bridge. */
  powerCycle(): void {
    this.#powerOff();
    this.#powerOn();
  }

  /**
   * Pulls the stick out: the line is cut, connections are refused.
   * @param durationMs until it is back; without it {@link plugIn} brings it back.
   */
  async unplug(durationMs?: number): Promise<void> {
    this.#cancelPlugIn?.();
    this.#powerOff();
    this.#line.cut();
    if (durationMs !== undefined) {
      this.#cancelPlugIn = this.#time.after(durationMs, () => void this.plugIn());
    }
    await this.#ports.withdraw();
  }

  /** Brings an unplugged stick back. */
  async plugIn(): Promise<void> {
    this.#cancelPlugIn?.();
    this.#cancelPlugIn = null;
    if (!this.#isPowered) this.#powerOn();
    await this.#ports.offer();
  }

  /**
   * A new stick in the place of the old one: blank flash, power cycled.
   * @param ieee its factory address; the old one's by default.
   */
  wipe(ieee?: Ieee): void {
    this.#powerOff();
    this.#nv.clear();
    if (ieee !== undefined) this.#nv.write(legacyItem(nvItem.extendedAddress), ieeeBytes(ieee));
    this.#powerOn();
  }

  #powerOn(): void {
    this.#isPowered = true;
    this.#firmware.powerOn();
  }

  #powerOff(): void {
    this.#isPowered = false;
    this.#firmware.powerOff();
  }
}
