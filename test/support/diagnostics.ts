import { urlFault } from "../../daemon/callbacks/destination.ts";
import type {
  CallbackReport,
  ClearAnswer,
  CloudReport,
  Diagnostics,
  LogLevel,
  SlotAnswer,
} from "../../daemon/commands/diagnostics/diagnostics.ts";
import type { LockId } from "../../daemon/core/model/door-lock.ts";
import type { HealthReport } from "../../daemon/core/model/gateway/health.ts";
import type { NetworkReport } from "../../daemon/core/model/gateway/network.ts";
import type { RollBack } from "../../daemon/core/model/gateway/roll-back.ts";
import type { StorageReport } from "../../daemon/core/model/gateway/storage.ts";
import type { SourceReading } from "../../daemon/core/time/trusted-time.ts";
import { aLockId } from "./records.ts";

const fine = { state: "ok", reason: "" } as const;

/** The diagnostics that technicians see, with the values that a test sets. */
export class TestDiagnostics implements Diagnostics {
  callbackRules = { isHttpAllowed: false, isPrivateAllowed: false };
  level: LogLevel = "info";
  /** What the slots of any lock answer; others are empty. */
  readonly readings = new Map<number, SlotAnswer>();
  readonly cleared: number[] = [];
  clearAnswer: ClearAnswer = "done";
  callbackChanges = 0;

  report: HealthReport = {
    store: fine,
    stick: fine,
    network: fine,
    clock: fine,
    cloud: fine,
    api: fine,
    slots: fine,
  };

  health(): HealthReport {
    return this.report;
  }

  stickState: "online" | "offline" = "online";

  stick() {
    const isOnline = this.stickState === "online";
    return Promise.resolve({
      path: "/dev/serial/by-id/stick",
      state: this.stickState,
      cause: isOnline ? null : "stickLost",
      reason: isOnline ? "" : "the stick was unplugged",
      firmware: "20230507",
      channel: 15,
      panId: 0x1a62,
      pingMs: isOnline ? 4 : null,
    } as const);
  }

  storageReport: StorageReport = {
    freeBytes: 8_000_000_000,
    copyAgeMs: null,
    copyMs: null,
    networkCopyMs: 1_799_990_000_000,
    setAside: null,
  };

  storage() {
    return Promise.resolve(this.storageReport);
  }

  certificateMs: number | null = null;

  certificateEndMs(): number | null {
    return this.certificateMs;
  }

  rollBackReport: RollBack | null = null;

  rollBack(): RollBack | null {
    return this.rollBackReport;
  }

  cloudReport: CloudReport | null = null;

  cloud(): CloudReport | null {
    return this.cloudReport;
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

  /** Since the last frame of any lock; null = none since the start. */
  silentForMs: number | null = 1500;

  lock() {
    return { silentForMs: this.silentForMs, breakMs: 0, isWorking: false, isOnNetwork: true };
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

  callbackReports: readonly CallbackReport[] = [];

  callbacks(): readonly CallbackReport[] {
    return this.callbackReports;
  }

  callbackFault(url: URL, isLocal: boolean): string | null {
    return urlFault(url, { ...this.callbackRules, isThisMachineAllowed: isLocal });
  }

  callbacksChanged(): void {
    this.callbackChanges += 1;
  }

  /** What the log has. */
  lines: readonly string[] = [];

  logLines(): readonly string[] {
    return this.lines;
  }

  pseudonym(name: string): string {
    return `name-${Buffer.from(name).toString("hex").slice(0, 8)}`;
  }

  support() {
    return { version: "1.2.3" };
  }
}
