import type { ProfileName } from "../../../../drivers/simulated/lock/profiles.ts";
import type { Quirks } from "../../../../drivers/simulated/lock/quirks.ts";
import { VirtualLock } from "../../../../drivers/simulated/lock/virtual-lock.ts";
import type { ApsFrame, RadioLink } from "../../../../drivers/simulated/radio.ts";
import { VirtualTime } from "../../../../drivers/simulated/simulation-time.ts";

export function bytes(hex: string): Uint8Array {
  return Uint8Array.from(hex.trim().split(/\s+/), (octet) => Number.parseInt(octet, 16));
}

export function hex(octets: Uint8Array): string {
  return Array.from(octets, (octet) => octet.toString(16).padStart(2, "0")).join(" ");
}

const doorLock = 0x0101;

/** A lock on a bench: no stick, the test is the coordinator and sees every byte. */
export class LockBench {
  readonly time = new VirtualTime();
  readonly lock: VirtualLock;
  readonly sent: ApsFrame[] = [];
  polls = 0;

  constructor(quirks: Partial<Quirks> = {}, profile: ProfileName = "LATCH-ZCL-1") {
    this.lock = new VirtualLock({
      ieee: "a4c1380000000001",
      profile,
      quirks: { clock: "absent", ...quirks },
      time: this.time,
    });
    const link: RadioLink = {
      networkAddress: 0x1234,
      coordinatorIeee: "00124b0014d2a1f7",
      send: (frame) => this.sent.push(frame),
      poll: () => {
        this.polls++;
      },
      leave: () => {},
    };
    this.lock.joined(link);
    for (const clusterId of [0x0001, 0x0009, 0x0020, doorLock]) this.bind(clusterId);
  }

  bind(clusterId: number): number {
    return this.lock.bind({
      isUnbind: false,
      sourceEndpoint: this.lock.quirks.endpoint,
      clusterId,
      destinationIeee: "00124b0014d2a1f7",
      destinationEndpoint: 1,
    });
  }

  /** Gives the lock a frame. */
  deliver(payload: Uint8Array | string, clusterId: number = doorLock): void {
    this.lock.receive({
      profileId: 0x0104,
      clusterId,
      sourceEndpoint: 1,
      destinationEndpoint: this.lock.quirks.endpoint,
      payload: typeof payload === "string" ? bytes(payload) : payload,
    });
  }

  /** Gives the lock a frame and takes what it sent since. */
  ask(payload: string, clusterId: number = doorLock): string[] {
    this.sent.length = 0;
    this.deliver(payload, clusterId);
    return this.take();
  }

  /** What the lock sent, as hex; forgets it. */
  take(): string[] {
    return this.sent.splice(0).map((frame) => hex(frame.payload));
  }

  /** Sets a PIN over the air, and forgets the answers. */
  setPin(userId: number, pin: string, type = 0): void {
    const digits = Array.from(pin, (digit) => `3${digit}`).join(" ");
    const id = hex(Uint8Array.of(userId & 0xff, userId >> 8));
    const length = pin.length.toString(16);
    this.ask(`01 50 05 ${id} 01 0${type} ${length.padStart(2, "0")} ${digits}`);
  }
}
