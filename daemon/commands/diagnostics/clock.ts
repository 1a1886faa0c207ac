import Type from "typebox";
import { GatewayError } from "../../core/model/errors.ts";
import type { Command } from "../command.ts";
import { answer, readCommand } from "../read-command.ts";
import type { ClockReport } from "./diagnostics.ts";
import { clockReply } from "./technician-replies.ts";

const getClock = readCommand({
  name: "get_clock",
  summary: "What time the gateway goes by, how far it trusts it, and what each source says.",
  access: "technician",
  input: Type.Object({}, { additionalProperties: false }),
  output: clockReply,
  run: ({ site }) => answer(clockFields(site.diagnostics.clock())),
});

const source = Type.Union([Type.Literal("ntp"), Type.Literal("cloud")]);
const setInput = Type.Object(
  {
    time: Type.Optional(
      Type.Number({ minimum: 0, maximum: 253_402_300_799, description: "Unix seconds" }),
    ),
    source: Type.Optional({ ...source, description: "what this source says, instead of a time" }),
  },
  { additionalProperties: false },
);

/** The way back from a wrong time, and out of a lost one, for a person on site. */
const setClock: Command<typeof setInput> = {
  name: "set_clock",
  summary: "Sets the time that the gateway goes by, on the word of a person on site.",
  access: "technician",
  isReadOnly: false,
  input: setInput,
  output: clockReply,
  run({ site, caller }, input) {
    if (caller.transport !== "socket") {
      throw new GatewayError("permissionDenied", "the time is set on the gateway itself");
    }
    const { diagnostics } = site;
    const before = diagnostics.clock();
    const wantedMs = wantedTimeMs(before, input);
    if (!diagnostics.setClock(wantedMs)) {
      const [from, to] = [before.earliestMs, before.latestMs].map((ms) =>
        new Date(ms).toISOString(),
      );
      throw new GatewayError("badParameters", `time: must lie between ${from} and ${to}`, {
        field: "time",
      });
    }
    const detail = { change: "set", from: before.nowMs, to: wantedMs, by: caller.name };
    return {
      changes: [],
      journal: [{ kind: "event", event: "clockAlarm", lock: null, detail }],
      result: clockFields(diagnostics.clock()),
      wake: [],
    };
  },
};

/** @throws GatewayError `badParameters` */
function wantedTimeMs(
  clock: ClockReport,
  { time, source: named }: { readonly time?: number; readonly source?: "ntp" | "cloud" },
): number {
  if ((time === undefined) === (named === undefined)) {
    throw new GatewayError("badParameters", "time: give either a time or a source", {
      field: "time",
    });
  }
  if (time !== undefined) return Math.round(time * 1000);
  const said = clock.sources.find((one) => one.source === named);
  if (said === undefined) {
    const text = `source: ${named} has not told a time since the start`;
    throw new GatewayError("badParameters", text, { field: "source" });
  }
  return clock.nowMs + said.aheadMs;
}

/** The clock in the words of the API. */
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
    sources: clock.sources.map(({ source: name, aheadMs, ageMs, verdict }) => ({
      source: name,
      time: Math.floor((clock.nowMs + aheadMs) / 1000),
      ahead_s: Math.round(aheadMs / 1000),
      said_s_ago: Math.round(ageMs / 1000),
      verdict,
      why: reasons[verdict],
    })),
  };
}

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

export const clockCommands: readonly Command[] = [getClock, setClock];
