import fc from "fast-check";
import { resourcesOf } from "../../../daemon/api/routes/resources.ts";
import { schemaInfo } from "../../../daemon/base/schema-info.ts";
import type { Command } from "../../../daemon/commands/command.ts";
import { inUrl, oddPath, queryOf } from "./odd-paths.ts";
import { type Headers, oddBodyText, oddHeaders, oddText, oddValue } from "./odd-values.ts";
import { arbitraryOf } from "./schema-arbitrary.ts";

/** One request, and the command that it would be if it were correct. */
export interface OddRequest {
  readonly method: string;
  /** The path exactly as it is sent: nothing normalises it, and `..` stays in it. */
  readonly path: string;
  readonly headers: Headers;
  readonly token: "manager" | "technician" | "none" | "odd";
  /** null = none. */
  readonly body: string | null;
  /** The command that it means; null = none. */
  readonly command: string | null;
}

const methods = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "PROPFIND"];
const token = fc.constantFrom<OddRequest["token"]>("manager", "technician", "none", "odd");

export interface RequestTables {
  readonly commands: readonly Command[];
  readonly actions: readonly Command[];
  /** Texts that name what there is: ids of locks, homes … */
  readonly known: readonly string[];
}

/** Requests over every route: noise, and such as are right but for one thing, or quite right. */
export function oddRequests({ commands, actions, known }: RequestTables): fc.Arbitrary<OddRequest> {
  const byName = new Map(commands.map((command) => [command.name, command]));
  const names = [
    ...new Set(commands.flatMap(({ input }) => [...schemaInfo(input).properties.keys()])),
  ];
  const nearly = (command: Command) => nearlyRight(command, known, names);
  const called = fc.oneof(
    ...commands.map((command) =>
      fc.record<OddRequest>({
        method: fc.constant("POST"),
        path: fc.constant(`/openapi/v1/${command.name}`),
        headers: oddHeaders,
        token,
        body: nearly(command).map((fields) => JSON.stringify(fields)),
        command: fc.constant(command.name),
      }),
    ),
  );
  const queried = fc.oneof(
    ...commands
      .filter(({ isReadOnly, isServedByGet }) => isReadOnly || isServedByGet === true)
      .map((command) =>
        fc.record<OddRequest>({
          method: fc.constant("GET"),
          path: nearly(command).map((fields) => `/openapi/v1/${command.name}?${queryOf(fields)}`),
          headers: oddHeaders,
          token,
          body: fc.constant(null),
          command: fc.constant(command.name),
        }),
      ),
  );
  const atResource = fc.oneof(
    ...resourcesOf(commands).map(({ method, path, command: name }) => {
      const command = byName.get(name);
      const fill = fc.oneof(fc.constantFrom(...known), oddText);
      return fc.record<OddRequest>({
        method: fc.constant(method),
        path: fill.map((text) => path.replaceAll(/:[a-z_]+/g, inUrl(text))),
        headers: oddHeaders,
        token,
        body:
          method === "GET" || command === undefined
            ? fc.constant(null)
            : nearly(command).map((fields) => JSON.stringify(withoutPath(fields, path))),
        command: fc.constant(name),
      });
    }),
  );
  const acted = fc.oneof(
    ...actions.map((action) =>
      fc.record<OddRequest>({
        method: fc.constant("POST"),
        path: fc.constant("/api.json"),
        headers: oddHeaders,
        token,
        body: fc
          .tuple(nearly(action), fc.constantFrom("beside", "object", "text"))
          .map(([fields, where]) => actionBody(action.name, fields, where)),
        command: fc.constant(action.name),
      }),
    ),
  );
  const noise = fc.record<OddRequest>({
    method: fc.constantFrom(...methods),
    path: oddPath(commands),
    headers: oddHeaders,
    token,
    body: fc.oneof(fc.constant(null), oddBodyText),
    command: fc.constant(null),
  });
  return fc.oneof(
    { weight: 6, arbitrary: called },
    { weight: 3, arbitrary: queried },
    { weight: 4, arbitrary: acted },
    { weight: 3, arbitrary: atResource },
    { weight: 5, arbitrary: noise },
  );
}

/** Fields of a command with one thing wrong, mostly. */
function nearlyRight(
  command: Command,
  known: readonly string[],
  names: readonly string[],
): fc.Arbitrary<Readonly<Record<string, unknown>>> {
  const own = [...schemaInfo(command.input).properties.keys()];
  const right = arbitraryOf(command.input, known).map((value) => ({ ...Object(value) }));
  const name = fc.oneof(
    { weight: 4, arbitrary: own.length === 0 ? fc.constant("x") : fc.constantFrom(...own) },
    { weight: 1, arbitrary: fc.constantFrom(...names, "constructor", "prototype", "access_token") },
    { weight: 1, arbitrary: oddText },
  );
  return fc.oneof(
    { weight: 2, arbitrary: right },
    {
      weight: 5,
      arbitrary: fc.tuple(right, name, oddValue).map(([fields, at, value]) => ({
        ...fields,
        [at]: value,
      })),
    },
    {
      weight: 2,
      arbitrary: fc
        .tuple(right, name)
        .map(([fields, at]) =>
          Object.fromEntries(Object.entries(fields).filter(([n]) => n !== at)),
        ),
    },
  );
}

function actionBody(
  name: string,
  fields: Readonly<Record<string, unknown>>,
  where: string,
): string {
  const { v, ...rest } = fields;
  switch (where) {
    case "object":
      return JSON.stringify({ a: name, v, postData: rest });
    case "text":
      return JSON.stringify({ a: name, v, postData: JSON.stringify(rest) });
    default:
      return JSON.stringify({ a: name, ...fields });
  }
}

function withoutPath(
  fields: Readonly<Record<string, unknown>>,
  path: string,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !path.includes(`:${name}`)));
}
