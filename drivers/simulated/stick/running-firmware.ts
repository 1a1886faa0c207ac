import { randomBytes } from "node:crypto";
import type { Ieee, SimulationTime } from "../radio.ts";
import { TimeScope } from "../simulation-time.ts";
import { ieeeBytes, ieeeOf } from "./bytes.ts";
import { createMissingItems, resetConfiguration, startupOption } from "./factory-settings.ts";
import type { FaultSwitches } from "./faults.ts";
import type { Firmware, FirmwareVersion } from "./firmware.ts";
import { subsystem } from "./mt/mt-codes.ts";
import { announceReset, type ResetReason, resetReason } from "./mt/mt-sys.ts";
import { Af } from "./network/af.ts";
import { DeviceTable } from "./network/device-table.ts";

import { GroupTable } from "./network/groups.ts";
import { Joining } from "./network/join.ts";
import { Network, type NetworkHost } from "./network/network.ts";
import type { ObservedFrame, RadioHost } from "./network/radio-host.ts";
import { RadioMedium } from "./network/radio-medium.ts";
import { Zdo } from "./network/zdo.ts";
import { legacyItem, type NvMemory, nvItem } from "./nv.ts";

/** Time from power or reset until the firmware speaks. */
const bootMs = 100;
const stateChangeIndication = 0xc0;

export interface RunningFirmwareOptions {
  readonly time: SimulationTime;
  readonly nv: NvMemory;
  readonly faults: FaultSwitches;
  readonly factoryIeee: Ieee;
  readonly revision: number;
  readonly childCapacity: number;
  readonly notify: (subsystem: number, command: number, payload: Uint8Array) => void;
  readonly observed: (frame: ObservedFrame) => void;
}

/** The firmware with all its parts. The parts exist as long as the stick; their content lasts until a reset. */
export class RunningFirmware implements Firmware, RadioHost, NetworkHost {
  readonly time: TimeScope;
  readonly nv: NvMemory;
  readonly network: Network;
  readonly devices: DeviceTable;
  readonly radio: RadioMedium;
  readonly joining: Joining;
  readonly groups = new GroupTable();
  readonly af: Af;
  readonly zdo: Zdo;
  readonly version: FirmwareVersion;
  readonly timers = new Map<number, () => void>();
  readonly #options: RunningFirmwareOptions;
  #bootedAtMs = 0;
  #clockOffsetS = 0;
  #isBooted = false;

  constructor(options: RunningFirmwareOptions) {
    this.#options = options;
    this.time = new TimeScope(options.time);
    this.nv = options.nv;
    const product = { transport: 2, product: 1, major: 2, minor: 7, maintenance: 1 };
    this.version = { ...product, revision: options.revision };
    this.network = new Network(this.nv, this.time, this);
    this.devices = new DeviceTable(this.nv, this.time);
    this.radio = new RadioMedium(this, this);
    this.joining = new Joining(this, options.childCapacity);
    this.af = new Af(this);
    this.zdo = new Zdo(this);
  }

  /** Whether it takes commands: not before it has booted. */
  get isBooted(): boolean {
    return this.#isBooted;
  }

  get bootedAtMs(): number {
    return this.#bootedAtMs;
  }

  get ieee(): Ieee {
    const written = this.nv.read(legacyItem(nvItem.extendedAddress));
    return written?.length === 8 ? ieeeOf(written) : this.#options.factoryIeee;
  }

  clockS(): number {
    const uptimeMs = this.time.nowMs() - this.#bootedAtMs;
    return (this.#clockOffsetS + Math.trunc(uptimeMs / 1000)) >>> 0;
  }

  setClock(seconds: number): void {
    const uptimeMs = this.time.nowMs() - this.#bootedAtMs;
    this.#clockOffsetS = seconds - Math.trunc(uptimeMs / 1000);
  }

  notify(subsystemNumber: number, command: number, payload: Uint8Array): void {
    this.#options.notify(subsystemNumber, command, payload);
  }

  /** A reset by command: RAM is lost, the startup option is obeyed. */
  reset(): void {
    this.powerOff();
    this.#bootSoon(resetReason.external);
  }

  /** A reset that nobody asked for: as {@link reset}, with the cause for SYS_RESET_IND. */
  restart(reason: ResetReason): void {
    this.powerOff();
    this.#bootSoon(resetReason[reason]);
  }

  /** Gives power; takes commands once it has booted. */
  powerOn(): void {
    this.#bootSoon(resetReason.powerUp);
  }

  /** Gives power and boots at once: the stick that has been there all along. */
  start(): void {
    this.#boot();
    this.#isBooted = true;
  }

  /** Drops everything that is not in flash. */
  powerOff(): void {
    this.#isBooted = false;
    this.time.cancelAll();
    this.radio.reset();
    this.joining.reset();
    this.af.reset();
    this.zdo.reset();
    this.groups.clear();
    this.timers.clear();
    this.network.halt();
  }

  // Calls of the parts.

  get faults(): FaultSwitches {
    return this.#options.faults;
  }

  get coordinatorIeee(): Ieee {
    return this.ieee;
  }

  readonly stateChanged = (state: number): void => {
    this.notify(subsystem.zdo, stateChangeIndication, Uint8Array.of(state));
  };

  readonly arrived: RadioHost["arrived"] = (known, frame) => {
    if (frame.profileId === 0) this.zdo.receive(known, frame);
    else this.af.receive(known, frame);
  };

  readonly requested: RadioHost["requested"] = (device, known, frame) => {
    this.zdo.answerFor(device, known, frame);
  };

  readonly departed: RadioHost["departed"] = (known, isRejoining) => {
    this.joining.depart(known, { isAsked: false, isRejoining });
  };

  readonly observed = (frame: ObservedFrame): void => {
    this.#options.observed(frame);
  };

  #bootSoon(reason: number): void {
    this.time.after(bootMs, () => {
      this.#boot();
      this.#isBooted = true;
      announceReset(this, reason);
    });
  }

  #boot(): void {
    this.#bootedAtMs = this.time.nowMs();
    this.#clockOffsetS = 0;
    const option = this.nv.read(legacyItem(nvItem.startupOption))?.[0] ?? 0;
    createMissingItems(this.nv, Uint8Array.from(randomBytes(16)));
    const address = legacyItem(nvItem.extendedAddress);
    if (this.nv.length(address) !== 8) {
      this.nv.write(address, ieeeBytes(this.#options.factoryIeee));
    }
    if ((option & startupOption.clearConfiguration) !== 0) resetConfiguration(this.nv);
    if ((option & startupOption.clearState) !== 0) {
      this.network.clear();
      this.devices.clear();
    }
    if (option !== 0) this.nv.write(legacyItem(nvItem.startupOption), Uint8Array.of(0));
    this.network.boot();
    this.devices.boot();
  }
}
