import { GatewayError } from "../../../core/model/errors.ts";
import type { Window } from "../../../core/model/window.ts";
import { hasEnded, validateWindow } from "../../../core/time/window.ts";
import type { CommandContext } from "../../command.ts";

const fieldNames: Readonly<Record<string, string>> = {
  beginMs: "permission_begin",
  endMs: "permission_end",
  weekly: "weekly",
  "weekly.daysMask": "weekly.days",
  "weekly.startMinute": "weekly.start_minute",
  "weekly.endMinute": "weekly.end_minute",
  "weekly.timeZone": "weekly.time_zone",
};

/** @throws GatewayError `badParameters` for a window that can never open, naming the field */
export function checkWindow(window: Window, nowMs: number): void {
  const fault = validateWindow(window);
  if (fault !== null) {
    const field = fieldNames[fault.field] ?? "permission_end";
    throw new GatewayError("badParameters", `${field}: ${fault.text}`, { field });
  }
  if (hasEnded(window, nowMs)) {
    throw new GatewayError("badParameters", "permission_end: it is in the past", {
      field: "permission_end",
    });
  }
}

/** Returns whether a window ever closes. */
export function isLimited({ beginMs, endMs, weekly }: Window): boolean {
  return beginMs !== null || endMs !== null || weekly !== null;
}

/** Nothing new is granted while the time is not known. @throws GatewayError `clockLost` */
export function checkClock({ time }: CommandContext): void {
  if (time.state === "lost") {
    throw new GatewayError("clockLost", "the time is not known; nothing new is granted");
  }
}
