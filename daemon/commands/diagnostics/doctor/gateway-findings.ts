import type { HealthReport, PartHealth } from "../../../core/model/gateway/health.ts";
import type { RollBack } from "../../../core/model/gateway/roll-back.ts";
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

/**
 * Returns what is well of the network and the slots. A fault of the network is the stick's, or that of a lock that the
 * network does not know; a slot that was not read is a lock's: each has its own finding, and a fault is told once.
 */
export function wellFindings(
  { network, slots }: HealthReport,
  { channel }: StickReport,
): readonly Finding[] {
  return [
    ...(network.state === "ok" ? [finding("networkWorks", { channel: channel ?? 0 })] : []),
    ...(slots.state === "ok" ? [finding("slotsKnown")] : []),
  ];
}

/** Returns the finding about the link to the cloud. */
export function cloudFinding({ state, reason, remark }: PartHealth): Finding {
  if (remark === "notProtected") return finding("cloudNotProtected", { reason });
  if (remark === "notConfigured") return finding("cloudNotConfigured");
  return state === "ok" ? finding("cloudConnected") : finding("cloudTrouble", { reason });
}

/** Returns the finding about Home Assistant's broker, if it is served. */
export function homeAssistantFindings(health: PartHealth | undefined): readonly Finding[] {
  if (health === undefined) return [];
  const { state, reason } = health;
  return state === "ok"
    ? [finding("homeAssistantConnected")]
    : [finding("homeAssistantTrouble", { reason })];
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
    const values = { path, reason: reason.replace(/\.$/, "") };
    return finding(stickCodes.get(cause ?? "") ?? "stickOffline", values);
  }
  if (pingMs === null) return finding("stickSilent", { path, reason: "does not answer" });
  const version = Number(/[0-9]{8}/.exec(firmware)?.[0]);
  if (version < oldestFirmware) {
    return finding("stickOldFirmware", { path, firmware, oldest: oldestFirmware });
  }
  const values = { path, firmware, ping_ms: pingMs };
  return finding(pingMs > slowPingMs ? "stickSlow" : "stickWorks", values);
}

/** Returns the findings about the daemon, which answers: they come from it. */
export function daemonFindings(rollBack: RollBack | null): readonly Finding[] {
  if (rollBack === null) return [finding("daemonAnswers")];
  const { failed, version, atMs } = rollBack;
  const day = new Date(atMs).toISOString().slice(0, 10);
  return [finding("daemonAnswers"), finding("upgradeRolledBack", { failed, version, day })];
}

/** Returns the findings about the clock. */
export function clockFindings({ state, nowMs, systemMs }: ClockReport): readonly Finding[] {
  const codes = { synced: "clockSynced", holding: "clockHolding", lost: "clockLost" } as const;
  const findings = [finding(codes[state])];
  // Nobody can say by how much the system's clock is wrong while the time is not known.
  if (state === "lost") return findings;
  if (Math.abs(nowMs - systemMs) > clockDifferenceMs) {
    findings.push(finding("systemClockOff", { seconds: Math.round((systemMs - nowMs) / 1000) }));
  }
  return findings;
}
