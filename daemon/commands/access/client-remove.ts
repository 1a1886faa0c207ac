import Type from "typebox";
import { activityIds } from "../../core/logs/activity-log.ts";
import { GatewayError } from "../../core/model/errors.ts";
import { remove } from "../../store/store.ts";
import { changing, writeCommand } from "../definition.ts";
import { clientId, requireSocket } from "./client-id.ts";

export const clientRemove = writeCommand({
  name: "client_remove",
  summary: "Removes an API client and ends its access tokens.",
  access: "manager",
  errors: ["notFound"],
  phrases: [{ words: ["client", "remove"], fields: ["client_id"] }],
  loss: {
    text: "Client {client_id} is removed: whoever uses its secret can no longer call the API.",
  },
  activity: activityIds.clientRemoved,
  input: Type.Object({ client_id: clientId }, { additionalProperties: false }),
  output: Type.Object({
    tokens_removed: Type.Integer({ description: "access tokens that ended with it" }),
  }),
  run(context, { client_id: id }) {
    requireSocket(context);
    const { view } = context;
    if (view.get("client", [id]) === undefined) {
      throw new GatewayError("notFound", `client_id: ${id} does not exist`, {
        field: "client_id",
      });
    }
    const tokens = [...view.list("token")].filter(({ clientId: owner }) => owner === id);
    const ended = tokens.map(({ tokenHash }) => remove("token", [tokenHash]));
    return changing([remove("client", [id]), ...ended], { tokens_removed: tokens.length });
  },
});
