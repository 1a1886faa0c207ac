import Type from "typebox";
import { answer, readCommand } from "../definition.ts";
import { noFields } from "../schema/request-fields.ts";
import { requireSocket } from "./client-id.ts";

export const clientList = readCommand({
  name: "client_list",
  summary: "Lists the API clients.",
  access: "manager",
  errors: [],
  phrases: [{ words: ["client", "list"] }],
  input: noFields,
  output: Type.Object({
    clients: Type.Array(
      Type.Object({
        client_id: Type.String(),
        scope: Type.String(),
        created_at: Type.Integer({ description: "Unix seconds" }),
      }),
    ),
  }),
  run(context) {
    requireSocket(context);
    const clients = Array.from(context.view.list("client"), (client) => ({
      client_id: client.clientId,
      scope: client.scope,
      created_at: Math.floor(client.createdAtMs / 1000),
    }));
    return answer({ clients });
  },
});
