import Type from "typebox";
import type { JsonObject } from "../../base/json.ts";
import { type ActivityRecord, partyTypes, sentenceOf } from "../../core/logs/activity-log.ts";
import { answer, readCommand } from "../definition.ts";
import { periodTimes } from "../phrase.ts";
import { oneOf, timeMs } from "../schema/reply-fields.ts";
import { activitiesFound, activityFilter } from "./activity-search.ts";

/** Numbers from here on are latchd's own. */
const firstOwnId = 21_000;

const party = { id: Type.String(), name: Type.String() };
const typedParty = Type.Object({
  ...party,
  type: oneOf(partyTypes),
});

/** V1.6 `search_device_op_log`: the activity log. */
export const searchDeviceOpLog = readCommand({
  name: "search_device_op_log",
  summary: "Who did what to which door's passwords, oldest first.",
  access: "manager",
  errors: [],
  phrases: [
    {
      words: ["oplog"],
      times: periodTimes,
    },
  ],
  input: Type.Object(
    {
      ...activityFilter,
      offset: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000, description: "0" })),
      count: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000, description: "50" })),
    },
    { additionalProperties: false },
  ),
  output: Type.Object({
    op_list: Type.Array(
      Type.Object({
        op_id: Type.String(),
        operator: Type.Object(party),
        target: typedParty,
        holder: Type.Optional(typedParty),
        recipient: Type.Optional(Type.Object(party)),
        transport: Type.Optional(oneOf(["mqtt", "rest", "socket"], "how it came; from 21001 on")),
        timestamp: timeMs("when"),
        result: Type.Integer({ description: "0 = success" }),
        sentence: Type.String({ description: "operator + [holder's] + target + [recipient]" }),
      }),
    ),
  }),
  async run(context, input) {
    const { offset = 0, count = 50 } = input;
    const list: JsonObject[] = [];
    let passed = 0;
    for await (const record of activitiesFound(context, input)) {
      passed += 1;
      if (passed > offset) list.push(activityFields(record));
      if (list.length === count) break;
    }
    return answer({ op_list: list });
  },
});

function activityFields(record: ActivityRecord): JsonObject {
  const { operator, target, holder, recipient, transport } = record;
  // The lines that V1.6 numbers have exactly its fields.
  const isPublished = record.opId < firstOwnId;
  return {
    op_id: String(record.opId),
    operator: { ...operator },
    target: { ...target },
    ...(holder === null ? {} : { holder: { ...holder } }),
    ...(recipient === null ? {} : { recipient: { ...recipient } }),
    ...(isPublished || transport === undefined ? {} : { transport }),
    timestamp: record.atMs,
    result: 0,
    sentence: sentenceOf(record),
  };
}
