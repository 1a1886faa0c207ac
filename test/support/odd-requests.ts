import fc from "fast-check";
import { resources } from "../../daemon/api/resources.ts";
import type { Command } from "../../daemon/commands/command.ts";
import { schemaWords } from "../../daemon/commands/schema-words.ts";
import { arbitraryOf } from "./schema-arbitrary.ts";

/** One request, and what it would be if it were right. */
export interface OddRequest {
  readonly method: string;
  /** As it goes out: nothing in it is made tidy, `..` stays what it is. */
  readonly path: string;
  readonly headers: readonly (readonly [string, string])[];
  readonly token: "manager" | "technician" | "none" | "odd";
  /** null = none. */
  readonly body: string | null;
  /** The command that it means; null = none. */
  readonly command: string | null;
}

const oddText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.constantFrom(
    "",
    " ",
    "\u0000",
    "\ud800",
    "..",
    ".",
    "../..",
    "%2e%2e",
    "%",
    "0x",
    "999",
    "-1",
    "1e999",
    "٣",
    "\u202e0x00124b0000000001",
    "a".repeat(5000),
  ),
);

const oddValue: fc.Arbitrary<unknown> = fc.oneof(
  oddText,
  fc.integer(),
  fc.double(),
  fc.constantFrom<unknown>(null, true, false, [], {}, 999, 0, -1, 2 ** 53, [[[[[[]]]]]]),
  fc.array(oddText, { maxLength: 3 }),
  fc.dictionary(oddText, oddText, { maxKeys: 3 }),
);

/** Texts that are no body of ours. */
const oddBodyText = fc.oneof(
  fc.json(),
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.constantFrom(
    "",
    "{",
    "[]",
    "null",
    '"x"',
    "[".repeat(9000),
    `${'{"a":'.repeat(2000)}1${"}".repeat(2000)}`,
    '{"a":1}}',
    "\ufeff{}",
    '{"__proto__":{"scope":"manager"}}',
    '{"constructor":{"prototype":{"isAdmin":1}}}',
    '{"uuid":"a","uuid":"b"}',
    `{"name":"${"x".repeat(70_000)}"}`,
    `{"a":1e400,"b":-0}`,
  ),
);

const methods = ["GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE", "PROPFIND"];
const token = fc.constantFrom<OddRequest["token"]>("manager", "technician", "none", "odd");

const json = ["content-type", "application/json"] as const;
const oddHeader = fc.constantFrom<readonly [string, string]>(
  ["content-type", "text/plain"],
  ["content-type", "application/json; charset=utf-16"],
  ["content-type", "x/y;;;"],
  ["content-type", "application/x-www-form-urlencoded"],
  ["content-encoding", "gzip"],
  ["accept", "text/html;q=0.9, */*;q=x"],
  ["origin", "https://evil.example"],
  ["origin", "null"],
  ["host", "evil.example"],
  ["host", "127.0.0.1:1:1"],
  ["x-http-method-override", "DELETE"],
  ["x-forwarded-for", "127.0.0.1"],
  ["cookie", "access_token=AAAA"],
  ["authorization", "Basic YWRtaW46YWRtaW4="],
  ["range", "bytes=0-1,-1,5-"],
  ["if-none-match", "*"],
  ["x-long", "y".repeat(9000)],
  ["upgrade", "websocket"],
);
const headers = fc.oneof(
  { weight: 8, arbitrary: fc.constant<OddRequest["headers"]>([json]) },
  { weight: 1, arbitrary: fc.tuple(oddHeader) },
  { weight: 1, arbitrary: fc.tuple(fc.constant(json), oddHeader, oddHeader) },
);

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
    ...new Set(commands.flatMap(({ input }) => [...schemaWords(input).properties.keys()])),
  ];
  const nearly = (command: Command) => nearlyRight(command, known, names);
  const called = fc.oneof(
    ...commands.map((command) =>
      fc.record<OddRequest>({
        method: fc.constant("POST"),
        path: fc.constant(`/openapi/v1/${command.name}`),
        headers,
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
          headers,
          token,
          body: fc.constant(null),
          command: fc.constant(command.name),
        }),
      ),
  );
  const atResource = fc.oneof(
    ...resources.map(({ method, path, command: name }) => {
      const command = byName.get(name);
      const fill = fc.oneof(fc.constantFrom(...known), oddText);
      return fc.record<OddRequest>({
        method: fc.constant(method),
        path: fill.map((text) => path.replaceAll(/:[a-z_]+/g, inUrl(text))),
        headers,
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
        headers,
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
    path: oddPath([...byName.keys()]),
    headers,
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
  const own = [...schemaWords(command.input).properties.keys()];
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

const fixedPaths = [
  "/openapi/v1/access_token",
  "/api/health",
  "/api/events",
  "/api/pairing/events",
  "/metrics",
  "/openapi.json",
  "/docs",
  "/api/network/map.svg",
  "/api.json",
  "/v1/order_add",
  "/",
  "//",
  "*",
  "/favicon.ico",
  "/.git/config",
  "/api/locks/../events",
  "/openapi/v1/../../etc/passwd",
  "/openapi/v1/%2e%2e%2fadmin",
  "/openapi/v1/%zz",
  "/openapi/v1/toString",
  "/openapi/v1/__proto__",
];

function oddPath(calls: readonly string[]): fc.Arbitrary<string> {
  const base = fc.oneof(
    fc.constantFrom(...fixedPaths),
    fc.constantFrom(...calls.map((name) => `/openapi/v1/${name}`)),
    fc.constantFrom(...resources.map(({ path }) => path)),
    oddText.map((text) => `/${inUrl(text)}`),
  );
  const query = fc.oneof(
    { weight: 2, arbitrary: fc.constant("") },
    {
      weight: 1,
      arbitrary: fc
        .array(fc.tuple(oddText, oddText), { maxLength: 4 })
        .map((pairs) =>
          `?${pairs.map(([name, value]) => `${inUrl(name)}=${inUrl(value)}`).join("&")}`.slice(
            0,
            4000,
          ),
        ),
    },
  );
  return fc.tuple(base, query).map((parts) => parts.join(""));
}

function queryOf(fields: Readonly<Record<string, unknown>>): string {
  const pairs = Object.entries(fields).map(([name, value]) => {
    const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
    return `${inUrl(name)}=${inUrl(text)}`;
  });
  return pairs.join("&").slice(0, 3000);
}

function withoutPath(
  fields: Readonly<Record<string, unknown>>,
  path: string,
): Readonly<Record<string, unknown>> {
  return Object.fromEntries(Object.entries(fields).filter(([name]) => !path.includes(`:${name}`)));
}

/** What cannot stand in a request line is escaped; all else stays, so that nothing is made tidy. */
function inUrl(text: string): string {
  return text.replaceAll(/[^!-~]|[#?&=+ ]/gu, (char) =>
    [...Buffer.from(char)].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join(""),
  );
}
