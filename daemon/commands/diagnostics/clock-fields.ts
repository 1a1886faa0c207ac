import Type from "typebox";
import { oneOf, time } from "../schema/reply-fields.ts";
import type { ClockReport } from "./diagnostics.ts";

const reasons = {
  believed: "believed",
  ahead: "more than 10 min ahead of the running time: a second source must agree, or a person",
  spent: "one source alone has moved the time by 10 min within a day: a second must agree",
  leap: "too far ahead of the last known time: a second source must agree, or a person",
  behind: "behind the known time: a second source must agree for 3 min, or a person",
  contradicted: "NTP says otherwise",
  unanswered: "while the time is lost the cloud must answer the question in the birth message",
  beyond: "later than the build time and 20 years",
} as const;

export const clockReply = Type.Object({
  state: oneOf(["synced", "holding", "lost"]),
  time: time("the gateway's"),
  system_time: time("the system's"),
  difference_ms: Type.Number(),
  time_zone: Type.String(),
  trust: oneOf(["auto", "system", "ntp"], "what may prove the time"),
  earliest: time("the earliest that can be set"),
  latest: time("the latest that can be set"),
  sources: Type.Array(
    Type.Object({
      source: oneOf(["ntp", "cloud"]),
      time: time("what it says now"),
      ahead_s: Type.Integer({ description: "how far it is ahead of the gateway's time" }),
      said_s_ago: Type.Integer(),
      verdict: oneOf([
        "believed",
        "ahead",
        "spent",
        "leap",
        "behind",
        "contradicted",
        "unanswered",
        "beyond",
      ]),
      why: Type.String({ description: "the verdict as a sentence" }),
    }),
    { description: "each source's newest time since the start" },
  ),
});

/** Returns the clock as {@link clockReply} has it. */
export function clockFields(clock: ClockReport) {
  return {
    state: clock.state,
    time: Math.floor(clock.nowMs / 1000),
    system_time: Math.floor(clock.systemMs / 1000),
    difference_ms: clock.nowMs - clock.systemMs,
    time_zone: clock.timeZone,
    trust: clock.trust,
    earliest: Math.floor(clock.earliestMs / 1000),
    latest: Math.floor(clock.latestMs / 1000),
    sources: clock.sources.map(({ source, aheadMs, ageMs, verdict }) => ({
      source,
      time: Math.floor((clock.nowMs + aheadMs) / 1000),
      ahead_s: Math.round(aheadMs / 1000),
      said_s_ago: Math.round(ageMs / 1000),
      verdict,
      why: reasons[verdict],
    })),
  };
}
