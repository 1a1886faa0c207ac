import type { Ieee, JoinRefusal, RadioDevice } from "../../radio.ts";
import { ByteWriter } from "../bytes.ts";
import { mtStatus, subsystem } from "../mt/mt-codes.ts";
import type { Departure, Stack } from "../stack.ts";
import type { KnownDevice } from "./device-table.ts";
import { isInstallCode, linkKeyOfInstallCode, linkKeyOfLabel } from "./install-code.ts";
import type { Station } from "./station.ts";
import { capabilitiesOf } from "./zdp.ts";

/** Install codes kept at a time. */
const installCodeCapacity = 200;
/** Permit duration that lasts until it is closed. */
const untilClosed = 0xff;

const notification = { leave: 0xc9, trustCentreDevice: 0xca, permitJoin: 0xcb } as const;

/** Which devices may join, and which join and leave. */
export class Joining {
  readonly #stack: Stack;
  readonly #childCapacity: number;
  readonly #linkKeys = new Map<Ieee, Uint8Array>();
  #isPermitted = false;
  #cancelClosing: (() => void) | null = null;
  #needsInstallCode = false;

  constructor(stack: Stack, childCapacity: number) {
    this.#stack = stack;
    this.#childCapacity = childCapacity;
  }

  get isPermitted(): boolean {
    return this.#isPermitted;
  }

  /** The stick lost its RAM; its timers are gone already. */
  reset(): void {
    this.#isPermitted = false;
    this.#cancelClosing = null;
    this.#needsInstallCode = false;
    this.#linkKeys.clear();
  }

  /** Opens the network for this many seconds; 0 closes it, 255 opens it until it is closed. */
  permit(seconds: number): void {
    this.#cancelClosing?.();
    this.#cancelClosing = null;
    this.#isPermitted = seconds > 0;
    if (seconds > 0 && seconds < untilClosed) {
      this.#cancelClosing = this.#stack.time.after(seconds * 1000, () => this.permit(0));
    }
    this.#notify(notification.permitJoin, new ByteWriter().u8(seconds));
  }

  /** Lets in only devices whose install code is known. */
  requireInstallCode(isRequired: boolean): void {
    this.#needsInstallCode = isRequired;
  }

  /**
   * Takes in an install code for a device to come.
   * @param format 1: code with CRC, 2: the key derived from it.
   * @returns an MT status.
   */
  addInstallCode(format: number, ieee: Ieee, code: Uint8Array): number {
    if (!this.#linkKeys.has(ieee) && this.#linkKeys.size >= installCodeCapacity) {
      return mtStatus.memoryError;
    }
    if (format === 1 && isInstallCode(code)) {
      this.#linkKeys.set(ieee, linkKeyOfInstallCode(code));
    } else if (format === 2 && code.length === 16) {
      this.#linkKeys.set(ieee, code);
    } else {
      return mtStatus.invalidParameter;
    }
    return mtStatus.success;
  }

  /** Lets a device join. @returns why it may not join, or null */
  join(device: RadioDevice, installCode: Uint8Array | undefined): JoinRefusal | null {
    const { network, devices, radio } = this.#stack;
    if (!network.isRunning) return "notFormed";
    if (!this.#isPermitted) return "notPermitted";
    if (!this.#isKeyShared(device.ieee, installCode)) return "unknownInstallCode";
    if (this.#isFull(device.ieee)) return "tableFull";
    const known = devices.admit(device.ieee, device.node);
    if (known === null) return "tableFull";
    const station = radio.attach(device, known);
    const newcomer = new ByteWriter().u16(known.networkAddress).ieee(known.ieee).u16(0);
    station.uplink.push(radio.delayMs(), () => {
      this.#notify(notification.trustCentreDevice, newcomer);
    });
    this.#announce(station);
    device.joined(station);
    return null;
  }

  /** Lets a device come back with its network key. @returns why it may not, or null */
  rejoin(device: RadioDevice, withNewAddress: boolean): JoinRefusal | null {
    const { network, devices, radio } = this.#stack;
    if (!network.isRunning) return "notFormed";
    const known = devices.byIeee(device.ieee);
    if (known === undefined) return "unknownDevice";
    if (this.#isFull(device.ieee)) return "tableFull";
    if (withNewAddress) known.networkAddress = devices.freeAddress();
    devices.admit(device.ieee, device.node);
    const station = radio.attach(device, known);
    this.#announce(station);
    device.joined(station);
    return null;
  }

  /** A device leaves, of its own accord or because it was asked to. */
  depart(known: KnownDevice, { isAsked, isRejoining }: Departure): void {
    const { devices, radio, time } = this.#stack;
    const leave = new ByteWriter()
      .u16(known.networkAddress)
      .ieee(known.ieee)
      .u8(isAsked ? 1 : 0, 0, isRejoining ? 1 : 0);
    // After its last answer, which is still on its way.
    radio.afterUplink(known, () => {
      this.#notify(notification.leave, leave);
      const device = radio.detach(known.ieee);
      if (isRejoining && device !== undefined) {
        time.after(radio.delayMs(), () => this.rejoin(device, false));
        return;
      }
      devices.remove(known);
      // A device out of reach does not learn that it was removed.
      if (device?.isReachable()) device.left();
    });
  }

  /** Forgets a device at once, which it learns if it is in reach. @returns whether it was known. */
  forget(ieee: Ieee): boolean {
    const { devices, radio } = this.#stack;
    const known = devices.byIeee(ieee);
    if (known === undefined) return false;
    devices.remove(known);
    const device = radio.detach(ieee);
    if (device?.isReachable()) device.left();
    return true;
  }

  /** Both sides have the same key: the device's install code, or the well-known key. */
  #isKeyShared(ieee: Ieee, installCode: Uint8Array | undefined): boolean {
    const expected = this.#linkKeys.get(ieee);
    if (installCode === undefined) return expected === undefined && !this.#needsInstallCode;
    return expected !== undefined && Buffer.compare(expected, linkKeyOfLabel(installCode)) === 0;
  }

  #isFull(ieee: Ieee): boolean {
    const children = this.#stack.devices.children();
    const isChild = children.some((child) => child.ieee === ieee);
    return !isChild && children.length >= this.#childCapacity;
  }

  #announce(station: Station): void {
    const { radio, zdo } = this.#stack;
    station.uplink.push(radio.delayMs(), () => {
      zdo.announce(station.known, capabilitiesOf(station.device.node));
    });
  }

  #notify(command: number, payload: ByteWriter): void {
    this.#stack.notify(subsystem.zdo, command, payload.toBytes());
  }
}
