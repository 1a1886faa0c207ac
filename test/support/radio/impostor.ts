import type { SimulatedHouse } from "../../../drivers/simulated/house.ts";
import type { Profile, ProfileName } from "../../../drivers/simulated/lock/profiles.ts";
import { VirtualLock } from "../../../drivers/simulated/lock/virtual-lock.ts";

/** MT subsystems, and the indications of ZDO and AF that a host gets (Z-Stack Monitor and Test API). */
const [af, zdo] = [4, 5];
const indication = {
  networkAddress: 0x80,
  ieeeAddress: 0x81,
  announce: 0xc1,
  leave: 0xc9,
  join: 0xca,
} as const;
const incomingMessage = 0x81;

const u16 = (value: number) => [value & 0xff, value >> 8];
const reversed = (ieee: string) => [...Buffer.from(ieee, "hex").reverse()];

/** An adversary with a transmitter and the network key, who can send any frame in the name of any device. */
export class Liar {
  readonly #house: SimulatedHouse;
  readonly #impostors: VirtualLock[] = [];

  constructor(house: SimulatedHouse) {
    this.#house = house;
  }

  stop(): void {
    for (const impostor of this.#impostors) impostor.stop();
  }

  /**
   * A device with the lock's IEEE address: it answers whatever it is asked.
   * @returns it, and its network address, which no other device has
   */
  impostor(
    lock: VirtualLock,
    profile: ProfileName | Profile = "LATCH-ZCL-1",
  ): { readonly impostor: VirtualLock; readonly at: number } {
    const { ieee } = lock;
    const quirks = { pinUsers: 10, isSleepy: false, needsBinding: false };
    const impostor = new VirtualLock({ ieee, profile, quirks, time: this.#house.time });
    this.#impostors.push(impostor);
    const link = this.#house.stick.intrude(impostor);
    impostor.joined(link);
    return { impostor, at: link.networkAddress };
  }

  announces(ieee: string, address: number): void {
    const payload = [...u16(address), ...u16(address), ...reversed(ieee), 0x80];
    this.#tell(zdo, indication.announce, payload);
  }

  joins(ieee: string, address: number): void {
    this.#tell(zdo, indication.join, [...u16(address), ...reversed(ieee), ...u16(0)]);
  }

  /** @param address where the frame came from */
  leaves(ieee: string, address: number): void {
    this.#tell(zdo, indication.leave, [...u16(address), ...reversed(ieee), 0, 0, 0]);
  }

  /** NWK_addr_rsp that nobody has asked for. */
  tellsNetworkAddress(ieee: string, address: number): void {
    this.#tell(zdo, indication.networkAddress, [0, ...reversed(ieee), ...u16(address), 0, 0]);
  }

  /** IEEE_addr_rsp that nobody has asked for. */
  tellsIeeeAddress(ieee: string, address: number): void {
    this.#tell(zdo, indication.ieeeAddress, [0, ...reversed(ieee), ...u16(address), 0, 0]);
  }

  /** A Door Lock frame from a network address. */
  speaks(address: number, zcl: readonly number[]): void {
    const head = [...u16(0), ...u16(0x0101), ...u16(address), 1, 1, 0, 100, 0, 0, 0, 0, 0, 7];
    this.#tell(af, incomingMessage, [...head, zcl.length, ...zcl]);
  }

  #tell(subsystem: number, command: number, payload: readonly number[]): void {
    this.#house.stick.tellHost(subsystem, command, Uint8Array.from(payload));
  }
}
