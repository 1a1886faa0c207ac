import { createHmac } from "node:crypto";
import { loadavg, uptime } from "node:os";
import type { Logger } from "pino";
import type { LockDriver, NetworkInspector } from "../../drivers/lock-driver.ts";
import type { CloudSync } from "../../sync/cloud-sync.ts";
import type { JsonObject } from "../base/json.ts";
import { version } from "../base/version.ts";
import type { Callbacks } from "../callbacks/callbacks.ts";
import { urlFault } from "../callbacks/destination.ts";
import type { Clock } from "../clock/clock.ts";
import {
  type CallbackReport,
  type ClearAnswer,
  type ClockReport,
  type CloudReport,
  type Diagnostics,
  type ImmediateOptions,
  type LockReport,
  type LogLevel,
  logLevels,
  type SlotAnswer,
  type StickReport,
} from "../commands/diagnostics/diagnostics.ts";
import type { Config } from "../config/config.ts";
import type { LockId, UserId } from "../core/model/door-lock.ts";
import type { HealthReport, HealthSource } from "../core/model/gateway/health.ts";
import type { NetworkReport } from "../core/model/gateway/network.ts";
import type { RollBack } from "../core/model/gateway/roll-back.ts";
import type { StorageReport } from "../core/model/gateway/storage.ts";
import type { LockKeeper } from "../locks/lock-keeper.ts";
import { recentLines, setLogLevel } from "../process/log.ts";
import { readRollBack } from "./roll-back-mark.ts";
import { SharedWork } from "./shared-work.ts";
import type { StorageWatch } from "./storage-watch.ts";

export interface DiagnosticsParts {
  readonly config: Config;
  readonly driver: LockDriver & NetworkInspector;
  readonly keeper: LockKeeper;
  readonly callbacks: Callbacks;
  readonly logger: Logger;
  readonly clock: Clock;
  readonly health: HealthSource;
  readonly storage: StorageWatch;
  /** Makes the pseudonyms of names; it never leaves the gateway. */
  readonly pseudonymKey: string;
  /** See {@link Diagnostics.certificateEndMs}. */
  certificateEndMs(): number | null;
  /** The link to the cloud; null = none, or not built yet. */
  cloud(): CloudSync | null;
}

/** {@link Diagnostics} of the running gateway. */
export class GatewayDiagnostics implements Diagnostics {
  readonly #parts: DiagnosticsParts;
  /** Callers at the same time share one request to the routers. */
  readonly #links: SharedWork<NetworkReport>;
  readonly #ping: SharedWork<number | null>;

  constructor(parts: DiagnosticsParts) {
    this.#parts = parts;
    this.#ping = new SharedWork(() => parts.driver.ping());
    this.#links = new SharedWork((signal) => parts.driver.network(true, signal));
  }

  callbackFault(url: URL, isLocal: boolean): string | null {
    const { rules } = this.#parts.config.callbacks;
    return urlFault(url, { ...rules, isThisMachineAllowed: isLocal });
  }

  health(): HealthReport {
    return this.#parts.health.health();
  }

  async stick(): Promise<StickReport> {
    const { config, driver } = this.#parts;
    const radio = driver.radioState();
    const isOnline = radio.kind === "online";
    return {
      path: config.stick.path,
      state: radio.kind,
      cause: radio.kind === "offline" ? radio.cause : null,
      reason: radio.kind === "offline" ? radio.detail : "",
      firmware: isOnline ? radio.firmware : "",
      channel: isOnline ? radio.channel : null,
      panId: isOnline ? radio.panId : null,
      pingMs: isOnline ? await this.#ping.run() : null,
    };
  }

  storage(): Promise<StorageReport> {
    return this.#parts.storage.read();
  }

  certificateEndMs(): number | null {
    return this.#parts.certificateEndMs();
  }

  rollBack(): RollBack | null {
    return readRollBack(this.#parts.config.dataDir);
  }

  cloud(): CloudReport | null {
    const state = this.#parts.cloud()?.state();
    const { cloud, sync } = this.#parts.config;
    if (state === undefined || cloud === undefined) return null;
    const { connected, since, backlog, isFull, cursor, lastError, alarm } = state;
    const { commands, codes } = sync.protection;
    const isLineEncrypted = cloud.urls.every((url) => !/^(mqtt|ws):/.test(url));
    const link = { isConnected: connected, sinceMs: since, backlog, isFull, cursor };
    return { ...link, lastError, alarm, commands, codes, isLineEncrypted };
  }

  network(withLinks: boolean, signal?: AbortSignal): Promise<NetworkReport> {
    return withLinks ? this.#links.run(signal) : this.#parts.driver.network(false);
  }

  lock(lock: LockId): LockReport {
    const { keeper, driver } = this.#parts;
    const isOnNetwork = !driver.unknownLocks().includes(lock);
    return { silentForMs: keeper.silentForMs(lock), ...keeper.statusOf(lock), isOnNetwork };
  }

  clock(): ClockReport {
    const { config, clock } = this.#parts;
    const { timeZone, trust } = config.clock;
    return {
      ...clock.reading(),
      ...clock.limits,
      sources: clock.sources(),
      systemMs: Date.now(),
      timeZone,
      trust,
    };
  }

  setClock(unixMs: number): boolean {
    return this.#parts.clock.setByPerson(unixMs);
  }

  async readSlot(lock: LockId, userId: UserId, options?: ImmediateOptions): Promise<SlotAnswer> {
    const operation = { name: "getPinCode", userId } as const;
    const outcome = await this.#parts.keeper.manual.operateSlot(lock, operation, options);
    switch (outcome.kind) {
      case "done":
        return { kind: "read", reading: outcome.reply };
      case "refused":
      case "unreadable":
        return { kind: "refused" };
      case "unsupported":
      case "unreachable":
        return { kind: outcome.kind };
    }
  }

  async clearSlot(lock: LockId, userId: UserId, options?: ImmediateOptions): Promise<ClearAnswer> {
    const operation = { name: "clearPinCode", userId } as const;
    const outcome = await this.#parts.keeper.manual.operateSlot(lock, operation, options);
    return outcome.kind === "unreadable" ? "refused" : outcome.kind;
  }

  logLevel(): LogLevel {
    const { level } = this.#parts.logger;
    return logLevels.find((known) => known === level) ?? "info";
  }

  setLogLevel(level: LogLevel): void {
    setLogLevel(this.#parts.logger, level);
  }

  callbacks(): readonly CallbackReport[] {
    return this.#parts.callbacks.statuses;
  }

  callbacksChanged(): void {
    this.#parts.callbacks.refresh();
  }

  logLines(): readonly string[] {
    return recentLines(this.#parts.logger);
  }

  pseudonym(name: string): string {
    const mark = createHmac("sha256", this.#parts.pseudonymKey).update(name.toLowerCase());
    return `name-${mark.digest("hex").slice(0, 8)}`;
  }

  /**
   * Returns facts for a support request, with the configuration without possible secrets. Secrets are in files that
   * the configuration names, but a URL may have a key in its path or query, and a mail account's name and
   * address are personal data.
   */
  support(): JsonObject {
    const { config, driver } = this.#parts;
    const { kind } = driver.radioState();
    const settings: JsonObject = JSON.parse(JSON.stringify(config, withoutSecrets));
    const memory = process.memoryUsage();
    return {
      version,
      node: process.version,
      platform: `${process.platform} ${process.arch}`,
      uptime_s: Math.round(process.uptime()),
      system_uptime_s: Math.round(uptime()),
      load: loadavg(),
      rss_bytes: memory.rss,
      heap_bytes: memory.heapUsed,
      radio: kind,
      config: settings,
    };
  }
}

const accountFields: ReadonlySet<string> = new Set(["username", "from"]);

function withoutSecrets(field: string, value: unknown): unknown {
  if (accountFields.has(field) && typeof value === "string") return "[left out]";
  return typeof value === "string" ? originOf(value) : value;
}

/** Returns only scheme, host and port of a URL, and any other text as it is. */
function originOf(text: string): string {
  if (!/^[a-z][a-z0-9+.-]*:\/\//i.test(text)) return text;
  const url = URL.canParse(text) ? new URL(text) : null;
  return url === null ? "[left out]" : `${url.protocol}//${url.host}`;
}
