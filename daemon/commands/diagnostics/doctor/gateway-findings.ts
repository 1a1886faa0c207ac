import type { HealthPart, HealthReport, PartHealth } from "../../../core/model/gateway/health.ts";
import type { ClockReport, StickReport } from "../diagnostics.ts";
import { type Finding, type FindingCode, finding } from "./findings.ts";

/** What the stick's cause is called as a finding. */
const stickCodes: ReadonlyMap<string, FindingCode> = new Map([
  ["stickMissing", "stickMissing"],
  ["stickBusy", "stickBusy"],
  ["noPermission", "stickNotPermitted"],
  ["notACoordinator", "stickNoCoordinator"],
  ["stickSilent", "stickSilent"],
  ["stickLost", "stickLost"],
  ["stickReset", "stickReset"],
  ["stickStuck", "stickStuck"],
  ["networkMismatch", "stickOfOtherNetwork"],
  ["filesUnusable", "stickFilesUnusable"],
  ["stopped", "stickStopped"],
]);

const slowPingMs = 500;
/** Oldest firmware that the README allows. */
const oldestFirmware = 20_230_507;
/** A system clock that differs by more is reported, ms. */
const clockDifferenceMs = 5000;

/** Codes of a part that is well, degraded or down. The stick and the clock have their own findings. */
const partCodes: Readonly<
  Record<Exclude<HealthPart, "stick" | "clock">, Record<PartHealth["state"], FindingCode>>
> = {
  store: { ok: "storeWorks", degraded: "storeFailed", down: "storeFailed" },
  network: { ok: "networkWorks", degraded: "networkIncomplete", down: "networkDown" },
  cloud: { ok: "cloudConnected", degraded: "cloudTrouble", down: "cloudTrouble" },
  api: { ok: "apiWorks", degraded: "apiTrouble", down: "apiTrouble" },
  slots: { ok: "slotsKnown", degraded: "slotsUnread", down: "slotsUnread" },
};

/** Returns the findings about the gateway's parts. */
export function healthFindings(health: HealthReport, stick: StickReport): readonly Finding[] {
  const of = (part: keyof typeof partCodes) => {
    const { state, reason, remark } = health[part];
    if (remark === "notProtected") return finding("cloudNotProtected", { reason });
    if (remark === "notConfigured") return finding("cloudNotConfigured");
    const values = part === "network" && state === "ok" ? { channel: stick.channel ?? 0 } : {};
    return finding(partCodes[part][state], { ...values, ...(reason === "" ? {} : { reason }) });
  };
  return [of("store"), of("network"), of("cloud"), of("api"), of("slots")];
}

/** Returns the findings about the stick. @param isOpen whether devices can join its network */
export function stickFindings(
  stick: StickReport,
  { health, isOpen }: { readonly health: PartHealth; readonly isOpen: boolean },
): readonly Finding[] {
  const findings = [stickFinding(stick)];
  if (stick.state === "online" && health.state === "degraded") {
    findings.push(finding("stickFaults", { reason: health.reason }));
  }
  if (isOpen) findings.push(finding("networkOpen"));
  return findings;
}

function stickFinding({ state, path, cause, reason, firmware, pingMs }: StickReport): Finding {
  if (state === "starting") return finding("stickStarting");
  if (state === "offline") {
    return finding(stickCodes.get(cause ?? "") ?? "stickOffline", { path, reason });
  }
  if (pingMs === null) return finding("stickSilent", { path, reason: "does not answer" });
  const version = Number(/[0-9]{8}/.exec(firmware)?.[0]);
  if (version < oldestFirmware) {
    return finding("stickOldFirmware", { path, firmware, oldest: oldestFirmware });
  }
  const values = { path, firmware, ping_ms: pingMs };
  return finding(pingMs > slowPingMs ? "stickSlow" : "stickWorks", values);
}

/** Returns the findings about the clock. */
export function clockFindings({ state, nowMs, systemMs }: ClockReport): readonly Finding[] {
  const codes = { synced: "clockSynced", holding: "clockHolding", lost: "clockLost" } as const;
  const findings = [finding(codes[state])];
  if (Math.abs(nowMs - systemMs) > clockDifferenceMs) {
    findings.push(finding("systemClockOff", { seconds: Math.round((systemMs - nowMs) / 1000) }));
  }
  return findings;
}
