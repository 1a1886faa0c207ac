import Type, { type Static } from "typebox";
import { activityIds } from "../../core/logs/activity-log.ts";
import { GatewayError } from "../../core/model/errors.ts";
import { answer, writeCommand } from "../definition.ts";
import { clockFields, clockReply } from "./clock-fields.ts";
import type { ClockReport } from "./diagnostics.ts";

const source = Type.Union([Type.Literal("ntp"), Type.Literal("cloud")]);
const input = Type.Object(
  {
    time: Type.Optional(
      Type.Number({ minimum: 0, maximum: 253_402_300_799, description: "Unix seconds" }),
    ),
    source: Type.Optional({ ...source, description: "what this source says, instead of a time" }),
  },
  { additionalProperties: false },
);

/** The way out of a wrong or lost time, for a person on site. */
export const setClock = writeCommand({
  name: "set_clock",
  summary: "Sets the gateway's time, because a person on site says so.",
  access: "technician",
  errors: [],
  phrases: [{ words: ["clock", "set"], fields: ["time"], times: ["time"] }],
  loss: { text: "{clock_change}" },
  activity: activityIds.clockSet,
  input,
  output: clockReply,
  run({ site, caller }, wanted) {
    if (caller.transport !== "socket") {
      throw new GatewayError("permissionDenied", "the time is set on the gateway itself");
    }
    const { diagnostics } = site;
    const before = diagnostics.clock();
    const wantedMs = wantedTimeMs(before, wanted);
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
      ...answer(clockFields(diagnostics.clock())),
      journal: [{ kind: "event", event: "clockAlarm", lock: null, detail }],
    };
  },
});

/** @throws GatewayError `badParameters` */
function wantedTimeMs(clock: ClockReport, { time, source: named }: Static<typeof input>): number {
  if ((time === undefined) === (named === undefined)) {
    throw new GatewayError("badParameters", "time: give either a time or a source", {
      field: "time",
    });
  }
  if (time !== undefined) return Math.round(time * 1000);
  const reading = clock.sources.find((one) => one.source === named);
  if (reading === undefined) {
    const text = `source: ${named} has given no time since the start`;
    throw new GatewayError("badParameters", text, { field: "source" });
  }
  return clock.nowMs + reading.aheadMs;
}
