import Type from "typebox";
import { activityIds } from "../../core/logs/activity-log.ts";
import { GatewayError } from "../../core/model/errors.ts";
import { remove } from "../../store/store.ts";
import { changing, writeCommand } from "../definition.ts";
import { emptyReply } from "../schema/reply-fields.ts";

export const callbackRemove = writeCommand({
  name: "callback_remove",
  summary: "Removes a URL; it gets no more events.",
  access: "manager",
  errors: ["notFound"],
  resources: [{ method: "DELETE", path: "/api/callbacks/:callback_id" }],
  phrases: [{ words: ["callback", "remove"], fields: ["callback_id"] }],
  loss: { text: "Callback {callback_id} is removed: its URL gets no more events." },
  activity: activityIds.callbackRemoved,
  input: Type.Object(
    {
      callback_id: Type.String({ minLength: 1, maxLength: 64, description: "from callback_add" }),
    },
    { additionalProperties: false },
  ),
  output: emptyReply,
  run({ view, site }, { callback_id: id }) {
    if (view.get("callback", [id]) === undefined) {
      throw new GatewayError("notFound", `callback_id: there is no callback ${id}`, {
        field: "callback_id",
      });
    }
    return {
      ...changing([remove("callback", [id]), remove("setting", [`callback.${id}`])]),
      after: () => site.diagnostics.callbacksChanged(),
    };
  },
});
