import type { Controller } from "zigbee-herdsman";
import { delay } from "../../../daemon/base/delay.ts";
import { type RetrySchedule, retryWaitMs } from "../../../daemon/base/retry-schedule.ts";
import { errorLabel } from "../failures.ts";
import type { DriverLogger } from "../herdsman/herdsman-log.ts";
import { keyIsMissing } from "./coordinator-backup.ts";

/**
 * So long after a device has come or gone: until then the stick has better things to do. Doubled for each
 * further try.
 */
const waits: RetrySchedule = { firstMs: 2_000, longestMs: 256_000 };
/** Tries for one change, over 8 minutes; after the last try only zigbee-herdsman's own daily backup remains. */
const maxTries = 8;

/**
 * Renews the coordinator backup soon after a device has come or gone. By itself zigbee-herdsman does
 * so once a day and when it stops: a stick that dies before would take the newest locks' keys along.
 */
export class StickBackup {
  readonly #controller: Controller;
  readonly #logger: DriverLogger;
  readonly #onRenewed: () => Promise<void>;
  readonly #over = new AbortController();
  #isOld = false;
  #isRenewing = false;

  /** @param onRenewed takes copies of the new backup and of the database */
  constructor(controller: Controller, logger: DriverLogger, onRenewed: () => Promise<void>) {
    this.#controller = controller;
    this.#logger = logger;
    this.#onRenewed = onRenewed;
    controller.on("deviceInterview", ({ status }) => {
      if (status === "successful") this.#renewSoon();
    });
    controller.on("deviceLeave", () => this.#renewSoon());
  }

  /** Renews `backup` when a device is missing in it: the last session ended before it was renewed. */
  catchUp(backup: Buffer | null): void {
    const text = backup?.toString("latin1") ?? "";
    // Sixteen hexadecimal digits are always an address there.
    const isMissing = ({ ieeeAddr, type }: { readonly ieeeAddr: string; readonly type: string }) =>
      type !== "Coordinator" && !text.includes(ieeeAddr.slice(2));
    const isIncomplete = text.includes(keyIsMissing);
    if (isIncomplete || [...this.#controller.getDevicesIterator()].some(isMissing)) {
      this.#renewSoon();
    }
  }

  /** Begins nothing more: the session ends, and a clean end makes a backup of its own. */
  stop(): void {
    this.#over.abort();
  }

  #renewSoon(): void {
    this.#isOld = true;
    if (this.#isRenewing) return;
    this.#isRenewing = true;
    void this.#renew().finally(() => {
      this.#isRenewing = false;
    });
  }

  async #renew(): Promise<void> {
    const { signal } = this.#over;
    for (let tries = 0; this.#isOld && tries < maxTries; tries += 1) {
      await delay(retryWaitMs(waits, tries), signal);
      if (signal.aborted) return;
      this.#isOld = false;
      try {
        await this.#controller.backup();
        await this.#onRenewed();
      } catch (error) {
        if (signal.aborted) return;
        this.#isOld = true;
        this.#logger.warn({ reason: errorLabel(error) }, "failed to renew the stick's backup");
      }
    }
  }
}
