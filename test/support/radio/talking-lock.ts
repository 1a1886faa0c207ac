import { VirtualLock } from "../../../drivers/simulated/lock/virtual-lock.ts";
import type { Ieee, RadioLink } from "../../../drivers/simulated/radio.ts";
import type { KeeperRig } from "../rigs/keeper-rig.ts";

/** A lock that follows the ZCL and also sends any frame that a test gives it. */
export class TalkingLock extends VirtualLock {
  #link: RadioLink | null = null;
  #sequence = 0x80;

  /** A lock in the rig's house that is paired. */
  static async paired(rig: KeeperRig, ieee: Ieee): Promise<TalkingLock> {
    const lock = new TalkingLock({ ieee, profile: "LATCH-ZCL-1", time: rig.house.time });
    await rig.pair(lock);
    return lock;
  }

  override joined(link: RadioLink): void {
    this.#link = link;
    super.joined(link);
  }

  /** Sends a Report Attributes frame. @param records attribute ids, types and values, as hex */
  report(clusterId: number, records: string): void {
    this.#sequence = (this.#sequence + 1) & 0xff;
    const body = Buffer.from(records.replaceAll(" ", ""), "hex");
    this.#link?.send({
      profileId: 0x0104,
      clusterId,
      sourceEndpoint: this.quirks.endpoint,
      destinationEndpoint: 1,
      payload: Uint8Array.from([0x18, this.#sequence, 0x0a, ...body]),
    });
  }
}
