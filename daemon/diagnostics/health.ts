import type { LockDriver, NetworkInspector, RadioState } from "../../drivers/lock-driver.ts";
import type { CloudSync } from "../../sync/cloud-sync.ts";
import type { HomeAssistant } from "../../sync/home-assistant/home-assistant.ts";
import { copySuspensionSetting } from "../core/contact/suspended-grants.ts";
import type { TimeReading } from "../core/model/clock.ts";
import type { HealthReport, PartHealth } from "../core/model/gateway/health.ts";
import {
  begunEmptySetting,
  certificateState,
  diskState,
  isCopyOld,
  type StorageReport,
} from "../core/model/gateway/storage.ts";
import type { Store } from "../store/store.ts";
import { slotHealth } from "./slot-health.ts";

export interface HealthParts {
  readonly store: Store;
  readonly driver: Pick<LockDriver, "radioState"> & Partial<Pick<NetworkInspector, "unknownLocks">>;
  /** Null = no cloud is configured. */
  readonly cloud: CloudSync | null;
  /** The line to Home Assistant's broker; null or absent = it is not served. */
  readonly homeAssistant?: Pick<HomeAssistant, "state"> | null;
  /** What a second client of the broker could do; see `cloudWarnings`. */
  readonly cloudWarnings?: readonly string[];
  reading(): TimeReading;
  /** What was read of the disk last; null = nothing yet. */
  storage?(): StorageReport | null;
  /** When the certificate of the API ends, ms UTC; null = there is none. */
  certificateEndMs?(): number | null;
  /** The listeners of the API; see `ApiAlarm`. */
  api(): PartHealth;
}

/** Limit of the locks that one sentence names. */
const namedLocks = 3;

const ok: PartHealth = { state: "ok", reason: "" };

/** Returns the health of the gateway's parts from what they know already. */
export function healthOf(parts: HealthParts): HealthReport {
  return {
    store: storeHealth(parts.store, parts.storage?.() ?? null),
    ...radioHealth(parts.driver),
    clock: clockHealth(parts.reading()),
    cloud: cloudHealth(parts.cloud, parts.cloudWarnings ?? []),
    api: apiHealth(parts),
    slots: slotHealth(parts.store, parts.reading().nowMs),
    ...homeAssistantHealth(parts.homeAssistant ?? null),
  };
}

function storeHealth(store: Store, storage: StorageReport | null): PartHealth {
  if (store.failed.aborted) {
    return { state: "down", reason: "a write has failed; the daemon restarts" };
  }
  const reasons = [...copyReasons(store), ...(storage === null ? [] : diskReasons(storage))];
  return reasons.length === 0 ? ok : { state: "degraded", reason: reasons.join("; ") };
}

function copyReasons(store: Store): readonly string[] {
  const locks = [...store.list("lock")];
  const isBegunEmpty = store.get("setting", begunEmptySetting)?.value === true;
  if (isBegunEmpty && locks.length === 0) return ["the store was lost and has begun empty"];
  const count = locks.filter(
    ({ lock }) => store.get("setting", copySuspensionSetting(lock)) !== undefined,
  ).length;
  return count === 0 ? [] : [`it comes from a copy: ${count} locks get no codes`];
}

function diskReasons(storage: StorageReport): readonly string[] {
  const freeMb = Math.floor((storage.freeBytes ?? 0) / 1_048_576);
  return [
    ...(diskState(storage) === "enough" ? [] : [`the disk has ${freeMb} MB free`]),
    ...(isCopyOld(storage) ? ["the copy of the store is old"] : []),
    ...(storage.setAside === null ? [] : ["a damaged store was set aside"]),
  ];
}

function apiHealth(parts: HealthParts): PartHealth {
  const api = parts.api();
  const state = certificateState(parts.certificateEndMs?.() ?? null, parts.reading().nowMs);
  if (api.state !== "ok" || state === "valid") return api;
  const reason = state === "over" ? "the certificate has ended" : "the certificate ends soon";
  return { state: "degraded", reason };
}

function radioHealth(driver: HealthParts["driver"]): Pick<HealthReport, "stick" | "network"> {
  const radio = driver.radioState();
  switch (radio.kind) {
    case "online":
      return { stick: onlineHealth(radio), network: networkHealth(driver, radio) };
    case "starting":
      return {
        stick: { state: "degraded", reason: "the stick is starting" },
        network: { state: "degraded", reason: "the network is coming up" },
      };
    case "offline":
      return {
        stick: { state: "down", reason: `${radio.cause}: ${radio.detail}` },
        network: { state: "down", reason: "no stick" },
      };
  }
}

type Online = Extract<RadioState, { kind: "online" }>;

function onlineHealth({ faults = 0 }: Online): PartHealth {
  if (faults === 0) return ok;
  const reason = `the stick has failed ${faults} times in a row and was started again each time`;
  return { state: "degraded", reason };
}

/** Locks that the network does not know are out of reach, even if the stick works. */
function networkHealth(driver: HealthParts["driver"], { channel, panId }: Online): PartHealth {
  const unknown = driver.unknownLocks?.() ?? [];
  if (unknown.length === 0) return { state: "ok", reason: `channel ${channel}, PAN ${panId}` };
  const names = unknown.slice(0, namedLocks).join(", ");
  const more = unknown.length > namedLocks ? " …" : "";
  const reason = `${unknown.length} of our locks are not known to the network: ${names}${more}`;
  return { state: "degraded", reason };
}

function clockHealth(time: TimeReading): PartHealth {
  switch (time.state) {
    case "synced":
      return ok;
    case "holding":
      return { state: "degraded", reason: "no time source since a day; the clock runs on" };
    case "lost":
      return {
        state: "down",
        reason: "the time is not known; nothing new is granted; latchctl clock says why",
      };
  }
}

function cloudHealth(cloud: CloudSync | null, warnings: readonly string[]): PartHealth {
  if (cloud === null)
    return { state: "ok", reason: "no cloud is configured", remark: "notConfigured" };
  const state = cloud.state();
  const waiting = `${state.backlog} records wait`;
  if (state.connected && state.alarm !== null) {
    return { state: "degraded", reason: `${state.alarm.why}; ${waiting}` };
  }
  if (state.connected) {
    if (state.backlog > 100) return { state: "degraded", reason: waiting };
    return warnings.length === 0 ? ok : unprotected(warnings);
  }
  const why = state.lastError === null ? "not connected yet" : state.lastError.why;
  return { state: "degraded", reason: `${why}; ${waiting}` };
}

function homeAssistantHealth(
  home: Pick<HomeAssistant, "state"> | null,
): Pick<HealthReport, "homeAssistant"> {
  if (home === null) return {};
  const { isConnected, lastError, refusedTopic } = home.state();
  if (!isConnected) {
    const reason = lastError === null ? "not connected yet" : lastError.why;
    return { homeAssistant: { state: "degraded", reason } };
  }
  if (refusedTopic === null) return { homeAssistant: ok };
  const reason = `the broker refuses publications: ${refusedTopic}`;
  return { homeAssistant: { state: "degraded", reason } };
}

/** The link works, but a second client of the broker could do what the warnings say. */
function unprotected(warnings: readonly string[]): PartHealth {
  const reason = `not protected: ${warnings.join("; ")}`;
  return { state: "ok", reason, remark: "notProtected" };
}
