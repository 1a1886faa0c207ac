import type { JsonObject } from "../../base/json.ts";
import { schemaInfo } from "../../base/schema-info.ts";
import type { Command } from "../../commands/command.ts";
import { whoMay } from "../scopes.ts";
import { actionRefusal, allErrorsOf, errorSentence, refusals } from "./openapi-errors.ts";
import { bodySchema, plain } from "./openapi-schemas.ts";

/** Returns `POST /api.json`: one operation whose body is one of the actions. */
export function actionsOperation(actions: readonly Command[]): JsonObject {
  const answer = (schema: JsonObject): JsonObject => ({
    content: { "application/json": { schema } },
  });
  return {
    operationId: "action",
    summary: "A Zigbee lock action.",
    description:
      "`a` names the action; its parameters stand beside it, or in postData as an object or its JSON text.",
    tags: ["actions"],
    requestBody: {
      required: true,
      ...answer({
        anyOf: [...actions.map(({ name }) => reference(name)), reference("ActionInPostData")],
      }),
    },
    responses: {
      "200": {
        description: "done, or accepted and on disk",
        ...answer({ anyOf: actions.map(({ name }) => reference(`${name}.Reply`)) }),
      },
      ...refusals(actionRefusal, actions.flatMap(allErrorsOf)),
    },
  };
}

/** Returns `components.schemas` of the actions: the request of each by its name, and its reply. */
export function actionSchemas(actions: readonly Command[]): JsonObject {
  const schemas = actions.flatMap((action) => [
    [action.name, requestOf(action)] as const,
    [`${action.name}.Reply`, replyOf(action)] as const,
  ]);
  return {
    ...Object.fromEntries(schemas),
    ActionInPostData: {
      type: "object",
      properties: {
        a: { type: "string", enum: actions.map(({ name }) => name) },
        access_token: accessToken,
        postData: {
          anyOf: [{ type: "object", additionalProperties: true }, { type: "string" }],
          description: "the action's parameters",
        },
      },
      required: ["a", "postData"],
      additionalProperties: true,
    },
  };
}

const accessToken: JsonObject = {
  type: "string",
  description: "instead of the Authorization header, which is safer",
};

function requestOf(action: Command): JsonObject {
  const { properties, required } = schemaInfo(action.input);
  const fields = [...properties].map(([name, schema]) => [name, plain(schema)] as const);
  return {
    description: `${action.summary} For: ${whoMay(action)}. ${errorSentence(action)}`,
    ...bodySchema(
      [["a", { type: "string", const: action.name }], ["access_token", accessToken], ...fields],
      ["a", ...required],
    ),
  };
}

function replyOf({ output }: Command): JsonObject {
  const fields = [...schemaInfo(output).properties];
  return {
    type: "object",
    properties: {
      ...Object.fromEntries(fields.map(([name, schema]) => [name, plain(schema)])),
      t: { type: "integer", description: "the gateway's time, Unix ms" },
      success: { type: "boolean", const: true },
      status: { type: "string", const: "ok" },
    },
    required: [...fields.map(([name]) => name), "t", "success", "status"],
  };
}

function reference(component: string): JsonObject {
  return { $ref: `#/components/schemas/${component}` };
}
