import type { Controller } from "zigbee-herdsman";
import { sendAway } from "./device-removal.ts";

/** Devices that the gateway removes from the network. */
export class DeviceRemovals {
  /**
   * Devices that leave at the gateway's request, or that the gateway must forget once the stick is
   * back.
   */
  readonly #leaving = new Set<string>();

  isLeaving(ieee: string): boolean {
    return this.#leaving.has(ieee);
  }

  /**
   * Sends a device a leave command and forgets it. Without a stick, it forgets the device once the
   * stick is back.
   * @returns whether the device acknowledged
   */
  async remove(ieee: string, controller: Controller | null): Promise<boolean> {
    this.#leaving.add(ieee);
    if (controller === null) return false;
    const device = controller.getDeviceByIeeeAddr(ieee);
    const wasTold = device === undefined ? false : await sendAway(device);
    this.#leaving.delete(ieee);
    return wasTold;
  }

  /**
   * Forgets the devices that could not be forgotten without a stick. Called when a session begins.
   */
  finish(controller: Controller): void {
    for (const ieee of this.#leaving)
      controller.getDeviceByIeeeAddr(ieee)?.removeFromDatabase(true);
    this.#leaving.clear();
  }
}
