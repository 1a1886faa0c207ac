import type { LockDriver } from "../../drivers/lock-driver.ts";
import type { Diagnostics, ImmediateOptions } from "../commands/diagnostics/diagnostics.ts";
import type { PageAddress, RemoteResult, SitePort } from "../commands/ports.ts";
import type { LockId } from "../core/model/door-lock.ts";
import { GatewayError } from "../core/model/errors.ts";
import type { Requester } from "../core/model/requester.ts";
import type { LockKeeper } from "../locks/lock-keeper.ts";

/** What the site commands act on: the radio and the shell round the locks. */
export interface SiteParts {
  readonly driver: LockDriver;
  readonly keeper: LockKeeper;
  readonly gateway: () => Omit<
    ReturnType<SitePort["gateway"]>,
    "zigbeeFirmware" | "isPermittingJoin"
  >;
  readonly diagnostics: Diagnostics;
  /** Absent = such codes are accepted. */
  readonly refusesTrivialCodes?: boolean;
  /** Makes a sealed backup. */
  backup?(passphrase: string): Promise<Buffer>;
  /** Absent = the page is not served. */
  page?(): PageAddress | null;
}

/** The only way from commands to the radio. */
export class Site implements SitePort {
  readonly #parts: SiteParts;
  readonly backup?: (passphrase: string) => Promise<Buffer>;

  constructor(parts: SiteParts) {
    this.#parts = parts;
    if (parts.backup !== undefined) this.backup = parts.backup;
  }

  get refusesTrivialCodes(): boolean {
    return this.#parts.refusesTrivialCodes === true;
  }

  get diagnostics(): Diagnostics {
    return this.#parts.diagnostics;
  }

  page(): PageAddress | null {
    return this.#parts.page?.() ?? null;
  }

  async permitJoin(seconds: number, expected: LockId | null): Promise<void> {
    this.#requireRadio();
    await (expected === null
      ? this.#parts.driver.permitJoin(seconds)
      : this.#parts.driver.permitJoin(seconds, expected));
  }

  async addInstallCode(text: string): Promise<LockId | null> {
    this.#requireRadio();
    return await this.#parts.driver.addInstallCode(text);
  }

  adoptLock(lock: LockId): void {
    this.#requireRadio();
    this.#parts.driver.adopt(lock);
  }

  strangeLocks(): ReturnType<LockDriver["foundLocks"]> {
    return this.#parts.driver.foundLocks();
  }

  removeLock(lock: LockId, requester?: Requester): Promise<{ readonly wasTold: boolean }> {
    return this.#parts.keeper.removeLock(lock, requester);
  }

  async operate(
    lock: LockId,
    action: "lock" | "unlock",
    deadlineMs: number,
    options?: ImmediateOptions,
  ): Promise<RemoteResult> {
    const outcome = await this.#parts.keeper.manual.moveBolt(lock, action, deadlineMs, options);
    switch (outcome.kind) {
      case "done":
      case "refused":
      case "unsupported":
        return { kind: outcome.kind };
      case "unreadable":
        return { kind: "refused" };
      case "unreachable":
        return { kind: outcome.cause === "stickOffline" ? "stickOffline" : "unreachable" };
    }
  }

  gateway(): ReturnType<SitePort["gateway"]> {
    const radio = this.#parts.driver.radioState();
    return {
      ...this.#parts.gateway(),
      zigbeeFirmware: radio.kind === "online" ? radio.firmware : "",
      isPermittingJoin: this.#parts.driver.isPermittingJoin(),
    };
  }

  #requireRadio(): void {
    if (this.#parts.driver.radioState().kind !== "online") {
      throw new GatewayError("stickOffline", "the Zigbee stick is not available");
    }
  }
}
