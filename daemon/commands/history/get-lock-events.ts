import Type from "typebox";
import type { JsonObject } from "../../base/json.ts";
import type { JournalRecord } from "../../core/model/journal.ts";
import { lockErrors } from "../call-errors.ts";
import { answer, readCommand } from "../definition.ts";
import { periodTimes } from "../phrase.ts";
import { timeMs } from "../schema/reply-fields.ts";
import { eventIndexOf } from "./event-index.ts";
import { openingFilter, openings } from "./openings.ts";

/** V1.6 `get_lock_events`: the history at the door, oldest first. */
export const getLockEvents = readCommand({
  name: "get_lock_events",
  summary: "Who opened the door and when, and who was refused by the lock's own schedule.",
  access: "steward",
  errors: lockErrors,
  resources: [{ method: "GET", path: "/api/locks/:uuid/events" }],
  phrases: [
    {
      words: ["lock", "history"],
      isOfLock: true,
      times: periodTimes,
    },
  ],
  input: Type.Object(
    {
      ...openingFilter,
      offset: Type.Optional(Type.Integer({ minimum: 0, maximum: 1_000_000 })),
      count: Type.Optional(Type.Integer({ minimum: 1, maximum: 1000 })),
    },
    { additionalProperties: false },
  ),
  output: Type.Object({
    lock_events: Type.Array(
      Type.Object({
        eventid: Type.Integer({ description: "1 = opened, 2 = refused by the lock's schedule" }),
        time: timeMs("when"),
        source: Type.Integer({
          description:
            "2 by password; 0 not known, 1 remote, 3 card, 4 fingerprint, 5 by hand or key, 6 Bluetooth, 7 the lock itself",
        }),
        method: Type.Optional(Type.String({ description: "the source as a word" })),
        unlock_id: Type.Optional(Type.String()),
        sourceid: Type.Optional(Type.Integer({ description: "the password's id" })),
        source_name: Type.Optional(
          Type.String({
            description: "the password's name; `unknown user 9` for a code of no password",
          }),
        ),
        reason: Type.Optional(
          Type.String({ description: "of a refusal: `schedule`, or `nonAccessUser`" }),
        ),
        uuid: Type.String(),
      }),
    ),
  }),
  async run({ view }, input) {
    const { offset = 0, count = 50 } = input;
    const found = await openings(view, input);
    const records = await eventIndexOf(view).records(found.slice(offset, offset + count));
    return answer({ lock_events: records.flatMap(openingFields) });
  },
});

function openingFields({ entry }: JournalRecord): readonly JsonObject[] {
  if (entry.kind !== "event") return [];
  // V1.6 always has the source; an opening without a password has none.
  return [{ sourceid: -1, source_name: "", ...entry.detail, uuid: entry.lock }];
}
