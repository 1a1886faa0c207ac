import Type from "typebox";
import type { JsonObject } from "../../base/json.ts";
import { answer, readCommand } from "../definition.ts";
import { homeId } from "../schema/request-fields.ts";
import { appointmentFieldsOf, appointmentReply } from "./appointment-fields.ts";

/** V1.6 `find_orders`. */
export const findOrders = readCommand({
  name: "find_orders",
  summary: "The appointments of several homes, by home id.",
  access: "visit",
  errors: [],
  input: Type.Object(
    {
      home_id: Type.Array(homeId, {
        maxItems: 256,
        description: "homes; those without an appointment are left out of the answer",
      }),
    },
    { additionalProperties: false },
  ),
  output: Type.Object({
    result: Type.Record(Type.String(), appointmentReply, {
      description: "by home id",
    }),
  }),
  run({ view }, input) {
    const found: [string, JsonObject][] = [];
    for (const id of new Set(input.home_id)) {
      const appointment = view.get("order", [id]);
      if (appointment !== undefined) found.push([id, appointmentFieldsOf(view, appointment)]);
    }
    return answer({ result: Object.fromEntries(found) });
  },
});
