/** The parts of a gateway, in the sequence of the report. */
export const healthParts = ["store", "stick", "network", "clock", "cloud", "api", "slots"] as const;

export type HealthPart = (typeof healthParts)[number];
export type HealthState = "ok" | "degraded" | "down";

/** The state of one part. `reason` is one sentence for people, empty when all is well, never a secret. */
export interface PartHealth {
  readonly state: HealthState;
  readonly reason: string;
  /** What the reason is about, where a part that is well still needs something; absent = nothing. */
  readonly remark?: "notConfigured" | "notProtected";
}

/** Parts that are in the report only where they are configured. */
export const optionalHealthParts = ["homeAssistant"] as const;

export type HealthReport = Readonly<Record<HealthPart, PartHealth>> &
  Readonly<Partial<Record<(typeof optionalHealthParts)[number], PartHealth>>>;

/** Reports how the parts are at this moment, without waiting for anything. */
export interface HealthSource {
  health(): HealthReport;
}
