import { isLockId, type LockId } from "../../../daemon/core/model/door-lock.ts";
import { GatewayError } from "../../../daemon/core/model/errors.ts";
import { stickOffline } from "../../driver-errors.ts";
import { parseInstallCode } from "../herdsman/herdsman-parts.ts";

/** The part of herdsman's controller that opens and closes the network. */
export interface Joinable {
  permitJoin(seconds: number): Promise<void>;
  addInstallCode(text: string): Promise<void>;
}

/**
 * Opens and closes the network, one request after the other: herdsman forgets a timer of its own when
 * two overlap, and the stick may then be left as the first of them asked. Of the requests that wait only
 * the newest is sent, and all callers get its outcome.
 */
export class JoinGate {
  readonly #controller: () => Joinable | null;
  readonly #failed: () => void;
  /** The newest request. Each call makes a new object. */
  #newest: { readonly seconds: number } = { seconds: 0 };
  #working: Promise<void> | null = null;

  /**
   * @param controller null = the stick is not there
   * @param failed called when the newest request did not reach the stick: no device may join
   */
  constructor(controller: () => Joinable | null, failed: () => void) {
    this.#controller = controller;
    this.#failed = failed;
  }

  /**
   * Opens the network for this many seconds; 0 closes it. Resolves when the newest request was
   * carried out.
   * @throws GatewayError `stickOffline`
   */
  permit(seconds: number): Promise<void> {
    this.#newest = { seconds };
    this.#working ??= this.#work().finally(() => {
      this.#working = null;
    });
    return this.#working;
  }

  async #work(): Promise<void> {
    for (;;) {
      const request = this.#newest;
      try {
        await this.#require().permitJoin(request.seconds);
        if (request === this.#newest) return;
      } catch (cause) {
        // A newer request has replaced the failed one.
        if (request !== this.#newest) continue;
        this.#failed();
        throw stickOffline(cause);
      }
    }
  }

  /**
   * @returns the device that the text names, or null
   * @throws GatewayError `stickOffline`, or `badParameters` naming `code`
   */
  async addInstallCode(text: string): Promise<LockId | null> {
    const controller = this.#require();
    try {
      await controller.addInstallCode(text);
      return namedDevice(text);
    } catch (cause) {
      if (this.#controller() === null) throw stickOffline(cause);
      throw new GatewayError("badParameters", "code is not an install code of a known form", {
        field: "code",
      });
    }
  }

  #require(): Joinable {
    const controller = this.#controller();
    if (controller === null) throw stickOffline();
    return controller;
  }
}

function namedDevice(text: string): LockId | null {
  const [address] = parseInstallCode(text);
  const lock = address.toLowerCase();
  return isLockId(lock) ? lock : null;
}
