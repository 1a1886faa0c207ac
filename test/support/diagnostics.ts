import { urlFault } from "../../daemon/callbacks/destination.ts";
import type {
  ClearAnswer,
  Diagnostics,
  LogLevel,
  SlotAnswer,
} from "../../daemon/commands/diagnostics/diagnostics.ts";
import type { LockId } from "../../daemon/core/model/door-lock.ts";
import type { NetworkReport } from "../../daemon/core/model/gateway/network.ts";
import type { SourceReading } from "../../daemon/core/time/trusted-time.ts";
import { aLockId } from "./records.ts";

/** The diagnostics that technicians see, with the values that a test sets. */
export class TestDiagnostics implements Diagnostics {
  callbackRules = { isHttpAllowed: false, isPrivateAllowed: false };
  level: LogLevel = "info";
  /** What the slots of any lock answer; others are empty. */
  readonly readings = new Map<number, SlotAnswer>();
  readonly cleared: number[] = [];
  clearAnswer: ClearAnswer = "done";
  callbackChanges = 0;

  stick() {
    return Promise.resolve({
      path: "/dev/serial/by-id/stick",
      state: "online",
      cause: null,
      reason: "",
      firmware: "20230507",
      channel: 15,
      panId: 0x1a62,
      pingMs: 4,
    } as const);
  }

  /** What the network has in the place of the usual two; null = those two. */
  devices: NetworkReport["devices"] | null = null;

  network(withLinks: boolean): Promise<NetworkReport> {
    if (this.devices !== null)
      return Promise.resolve({ devices: this.devices, links: [], silent: [] });
    const device = { networkAddress: 0, manufacturer: "", model: "", lastSeenMs: null } as const;
    return Promise.resolve({
      devices: [
        { ...device, uuid: "0x00124b00000000ff", kind: "coordinator", linkQuality: null },
        { ...device, uuid: aLockId, kind: "endDevice", linkQuality: 120 },
      ],
      links: withLinks
        ? [{ from: "0x00124b00000000ff", to: aLockId, linkQuality: 120, relation: "child" }]
        : [],
      silent: [],
    });
  }

  lock() {
    return { silentForMs: 1500, breakMs: 0, isWorking: false, isOnNetwork: true };
  }

  /** The argument of {@link setClock}. */
  readonly clockSet: number[] = [];
  sources: readonly SourceReading[] = [];
  earliestMs = 1_700_000_000_000;
  latestMs = 2_400_000_000_000;

  setClock(unixMs: number): boolean {
    if (unixMs < this.earliestMs || unixMs > this.latestMs) return false;
    this.clockSet.push(unixMs);
    return true;
  }

  clock() {
    const nowMs = 1_800_000_000_000;
    return {
      state: "synced",
      nowMs,
      systemMs: nowMs,
      timeZone: "Europe/Berlin",
      trust: "auto",
      sources: this.sources,
      earliestMs: this.earliestMs,
      latestMs: this.latestMs,
    } as const;
  }

  readSlot(_lock: LockId, userId: number): Promise<SlotAnswer> {
    const empty = { kind: "read", reading: { kind: "empty" } } as const;
    return Promise.resolve(this.readings.get(userId) ?? empty);
  }

  clearSlot(_lock: LockId, userId: number): Promise<ClearAnswer> {
    this.cleared.push(userId);
    return Promise.resolve(this.clearAnswer);
  }

  logLevel(): LogLevel {
    return this.level;
  }

  setLogLevel(level: LogLevel): void {
    this.level = level;
  }

  callbacks() {
    return [];
  }

  callbackFault(url: URL, isLocal: boolean): string | null {
    return urlFault(url, { ...this.callbackRules, isThisMachineAllowed: isLocal });
  }

  callbacksChanged(): void {
    this.callbackChanges += 1;
  }

  support() {
    return { version: "1.2.3" };
  }
}
