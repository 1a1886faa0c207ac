import { Type } from "typebox";
import { GatewayError } from "../../core/model/errors.ts";
import type { Change, ClientRecord } from "../../store/store.ts";
import { put, remove } from "../../store/store.ts";
import type { Command, CommandContext, Decision } from "../command.ts";

/** More clients than a gateway's users ever are; at the limit `client_add` is refused. */
export const maxClients = 64;

const clientId = Type.String({
  pattern: "^[A-Za-z0-9._-]{1,64}$",
  description: "the client's name: 1 … 64 of A-Z a-z 0-9 . _ -",
});

const scope = Type.Union(
  [
    Type.Literal("manager"),
    Type.Literal("steward"),
    Type.Literal("installer"),
    Type.Literal("technician"),
  ],
  { description: "what the client may do" },
);

const clientAddInput = Type.Object(
  { client_id: Type.Optional(clientId), scope },
  { additionalProperties: false },
);
const clientAddOutput = Type.Object({
  client_id: Type.String(),
  client_secret: Type.String(),
  scope: Type.String(),
});

/** Makes a client pair for `access_token` (V1.6 section 4). Its secret is told this once and kept as a hash. */
const clientAdd: Command<typeof clientAddInput, typeof clientAddOutput> = {
  name: "client_add",
  summary: "Make an API client; its secret is shown this once",
  access: "manager",
  isReadOnly: false,
  input: clientAddInput,
  output: clientAddOutput,
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
      requireRoom(context, id);
      const result = { client_id: id, client_secret: secret, scope: input.scope };
      return decide([put("client", [id], record)], result);
    };
  },
};

const clientListInput = Type.Object({}, { additionalProperties: false });
const clientListOutput = Type.Object({
  clients: Type.Array(
    Type.Object({
      client_id: Type.String(),
      scope: Type.String(),
      created_at: Type.Integer({ description: "Unix seconds" }),
    }),
  ),
});

const clientList: Command<typeof clientListInput, typeof clientListOutput> = {
  name: "client_list",
  summary: "List the API clients",
  access: "manager",
  isReadOnly: true,
  input: clientListInput,
  output: clientListOutput,
  run(context) {
    requireSocket(context);
    const clients = Array.from(context.view.list("client"), (client) => ({
      client_id: client.clientId,
      scope: client.scope,
      created_at: Math.floor(client.createdAtMs / 1000),
    }));
    return decide([], { clients });
  },
};

const clientRemoveInput = Type.Object({ client_id: clientId }, { additionalProperties: false });
const clientRemoveOutput = Type.Object({
  tokens_removed: Type.Integer({ description: "access tokens that ended with it" }),
});

const clientRemove: Command<typeof clientRemoveInput, typeof clientRemoveOutput> = {
  name: "client_remove",
  summary: "Remove an API client and end its access tokens",
  access: "manager",
  isReadOnly: false,
  input: clientRemoveInput,
  output: clientRemoveOutput,
  run(context, input) {
    requireSocket(context);
    if (context.view.get("client", [input.client_id]) === undefined) {
      throw new GatewayError("notFound", `client_id: ${input.client_id} does not exist`, {
        field: "client_id",
      });
    }
    const tokens = [...context.view.list("token")].filter(
      (token) => token.clientId === input.client_id,
    );
    return decide(
      [
        remove("client", [input.client_id]),
        ...tokens.map((token) => remove("token", [token.tokenHash])),
      ],
      { tokens_removed: tokens.length },
    );
  },
};

/** Administration of API clients: for who may open the unix socket, never over the network. */
export const clientCommands: readonly Command[] = [clientAdd, clientList, clientRemove];

function requireSocket(context: CommandContext): void {
  if (context.caller.transport !== "socket") {
    throw new GatewayError("permissionDenied", "clients are administered on the gateway itself");
  }
}

function requireRoom(context: CommandContext, id: string): void {
  if (context.view.get("client", [id]) !== undefined) {
    throw new GatewayError("duplicate", `client_id: ${id} exists already`, { field: "client_id" });
  }
  if ([...context.view.list("client")].length >= maxClients) {
    throw new GatewayError("busy", `there are ${maxClients} clients; remove one first`);
  }
}

function decide(changes: readonly Change[], result: Decision["result"]): Decision {
  return { changes, journal: [], result, wake: [] };
}

function base64url(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString("base64url");
}
