import type { Controller, Models } from "zigbee-herdsman";
import { delay } from "../../../daemon/base/delay.ts";
import { errorLabel } from "../failures.ts";
import { hasNoAddress, unknownAddress } from "../herdsman/device-database.ts";
import { member, requestOfStick } from "../herdsman/herdsman-internals.ts";
import type { DriverLogger } from "../herdsman/herdsman-log.ts";
import { mtSubsystem } from "../stick/mt-frame.ts";

/** Between two searches for locks whose address is not known; doubles up to the longest. */
const firstSearchMs = 30_000;
const longestSearchMs = 3_600_000;

/**
 * Finds the network addresses of locks whose entry in herdsman's database was restored: the stick knows
 * its children, and for the others the network is asked (NWK_addr_req). A lock that speaks by itself is
 * found by herdsman.
 */
export class AddressSearch {
  readonly #controller: Controller;
  readonly #logger: DriverLogger;
  readonly #over = new AbortController();

  constructor(controller: Controller, logger: DriverLogger) {
    this.#controller = controller;
    this.#logger = logger;
  }

  /** @param doubtful locks whose address may be out of date */
  start(doubtful: ReadonlySet<string>): void {
    void this.#search(doubtful).catch((error: unknown) => {
      this.#logger.warn({ reason: errorLabel(error) }, "the search for locks failed");
    });
  }

  stop(): void {
    this.#over.abort();
  }

  async #search(doubtful: ReadonlySet<string>): Promise<void> {
    const { signal } = this.#over;
    for (const device of this.#controller.getDevicesIterator(({ ieeeAddr }) =>
      doubtful.has(ieeeAddr),
    )) {
      if (signal.aborted || !(await this.#askStick(device))) break;
    }
    let waitMs = firstSearchMs;
    while (!signal.aborted) {
      const lost = [...this.#controller.getDevicesIterator(hasNoAddress)];
      if (lost.length === 0) return;
      for (const device of lost) {
        if (signal.aborted) return;
        await this.#askNetwork(device);
      }
      await delay(waitMs, signal);
      waitMs = Math.min(waitMs * 2, longestSearchMs);
    }
  }

  /** UTIL_ASSOC_GET_WITH_ADDRESS. @returns false when the stick does not know the request */
  async #askStick(device: Models.Device): Promise<boolean> {
    try {
      const request = { extaddr: device.ieeeAddr, nwkaddr: unknownAddress };
      const answer = await requestOfStick(
        this.#controller,
        mtSubsystem.util,
        "assocGetWithAddress",
        request,
      );
      const address = member(answer, "nwkaddr");
      const isFound = typeof address === "number" && address > 0 && address < 0xfff8;
      if (isFound && address !== device.networkAddress && !this.#over.signal.aborted) {
        device.networkAddress = address;
        device.save();
        this.#logger.info({ lock: device.ieeeAddr }, "the lock's network address was found");
      }
      return true;
    } catch (error) {
      this.#logger.debug({ reason: errorLabel(error) }, "the stick does not list its children");
      return false;
    }
  }

  /** Herdsman takes the answer, whenever it comes. */
  async #askNetwork(device: Models.Device): Promise<void> {
    const adapter = member(this.#controller, "adapter");
    const ask = member(adapter, "requestNetworkAddress");
    if (typeof ask !== "function") return;
    try {
      await Reflect.apply(ask, adapter, [device.ieeeAddr]);
    } catch {
      // Nobody has answered: asked again later.
    }
  }
}
