import Type from "typebox";
import { activityIds } from "../../core/logs/activity-log.ts";
import { GatewayError } from "../../core/model/errors.ts";
import { type ClientRecord, put } from "../../store/store.ts";
import type { CommandContext } from "../command.ts";
import { changing, writeCommand } from "../definition.ts";
import { clientId, requireSocket } from "./client-id.ts";

/** Limit of API clients, more than the users of one gateway; one more is refused as busy. */
export const maxClients = 64;

const scope = Type.Union(
  [
    Type.Literal("manager"),
    Type.Literal("steward"),
    Type.Literal("installer"),
    Type.Literal("technician"),
  ],
  { description: "what the client may do" },
);

/** Makes a client pair for `access_token` (V1.6 section 4). The store keeps only a hash of its secret. */
export const clientAdd = writeCommand({
  name: "client_add",
  summary: "Makes an API client; its secret is shown this once.",
  access: "manager",
  errors: ["duplicate", "busy"],
  phrases: [{ words: ["client", "add"], fields: ["scope", "client_id"] }],
  activity: activityIds.clientAdded,
  input: Type.Object(
    { client_id: Type.Optional(clientId), scope },
    { additionalProperties: false },
  ),
  output: Type.Object({
    client_id: Type.String(),
    client_secret: Type.String(),
    scope: Type.String(),
  }),
  async run(context, input) {
    requireSocket(context);
    const id = input.client_id ?? context.newId();
    const secret = base64url(crypto.getRandomValues(new Uint8Array(32)));
    const secretHash = base64url(
      new Uint8Array(await crypto.subtle.digest("SHA-256", new TextEncoder().encode(secret))),
    );
    const record: ClientRecord = {
      clientId: id,
      secretHash,
      scope: input.scope,
      createdAtMs: context.time.nowMs,
    };
    return () => {
      checkFree(context, id);
      const result = { client_id: id, client_secret: secret, scope: input.scope };
      return changing([put("client", [id], record)], result);
    };
  },
});

/** @throws GatewayError `duplicate` for a name that is taken, `busy` at the limit */
function checkFree({ view }: CommandContext, id: string): void {
  if (view.get("client", [id]) !== undefined) {
    throw new GatewayError("duplicate", `client_id: ${id} exists already`, { field: "client_id" });
  }
  if ([...view.list("client")].length >= maxClients) {
    throw new GatewayError("busy", `there are ${maxClients} clients; remove one first`);
  }
}

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64url");
}
