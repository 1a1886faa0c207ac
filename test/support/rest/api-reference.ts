import { resourcesOf } from "../../../daemon/api/routes/resources.ts";
import { whoMay } from "../../../daemon/api/scopes.ts";
import { describeType, schemaInfo } from "../../../daemon/base/schema-info.ts";
import { commonErrors } from "../../../daemon/commands/call-errors.ts";
import type { Command } from "../../../daemon/commands/command.ts";
import { activityIds } from "../../../daemon/core/logs/activity-log.ts";
import { type ErrorCode, errorTable } from "../../../daemon/core/model/errors.ts";
import { eventNames } from "../../../daemon/core/model/journal.ts";
import { publishedCalls } from "../../system/contract/published-calls.ts";

const v16: ReadonlySet<string> = new Set(publishedCalls.map(({ name }) => name));

/** docs/api.md: how to call, then every call, made from the table of commands. */
export function apiReference(commands: readonly Command[]): string {
  const published = commands.filter(({ name }) => v16.has(name));
  const others = commands.filter((command) => !published.includes(command));
  return `${introduction}
## Calls of the open platform API V1.6

Besides the errors named, any call may answer ${listed(commonErrors.map(errNoOf))}: see Errors below.
\`access_token\` (POST, anyone) answers 101 to a wrong pair and 16002 after several.

${table(published)}
## latchd's own calls

${table(others)}
## Resources

The same commands, with the same words and rights, as resources. What stands in the path is left out of
the body.

| | path | call |
|---|---|---|
${resourcesOf(commands)
  .map(({ method, path, command }) => `| ${method} | \`${path}\` | ${command} |`)
  .join("\n")}

Besides: \`GET /api/health\` (each part with its reason), \`GET /api/events\` and
\`GET /api/pairing/events\` (server-sent events; a watcher that comes back with \`Last-Event-ID\` first gets
what it has missed, at most 1000 records, and before them a \`journalGap\` if that is not all),
\`GET /api/network/map.svg\`, \`GET /metrics\`
(Prometheus), \`GET /openapi.json\` and \`GET /docs\` (this reference, made from the running daemon).

## Fields

${commands.map(fields).join("\n")}
## Errors

| ErrNo | HTTP | meaning |
|---|---|---|
${Object.values(errorTable)
  .map(({ errNo, httpStatus, text }) => `| ${errNo} | ${httpStatus} | ${text} |`)
  .join("\n")}

\`ErrMsg\` begins with the field at fault. What is refused has changed nothing.

## Operation log

\`op_id\`: ${Object.entries(activityIds)
    .map(([name, id]) => `${id} ${name}`)
    .join(", ")}. From 21001 on they are latchd's own.

## Events

${eventNames.map((name) => `\`${name}\``).join(", ")}.
`;
}

function table(commands: readonly Command[]): string {
  const rows = commands.map((command) => {
    const isGet = command.isReadOnly || command.isServedByGet === true;
    const numbers = command.errors.map(errNoOf);
    const cells = [`\`${command.name}\``, isGet ? "GET, POST" : "POST", whoMay(command)];
    return `| ${[...cells, listed(numbers), command.summary].join(" | ")} |`;
  });
  return `| call | method | for | errors | |\n|---|---|---|---|---|\n${rows.join("\n")}\n`;
}

function errNoOf(code: ErrorCode): number {
  return errorTable[code].errNo;
}

function listed(numbers: readonly number[]): string {
  return [...numbers].sort((left, right) => left - right).join(" ");
}

function fields(command: Command): string {
  const { properties, required } = schemaInfo(command.input);
  const rows = [...properties].map(([name, schema]) => {
    const need = required.has(name) ? "yes" : "";
    const about = schemaInfo(schema).description ?? "";
    return `| \`${name}\` | ${cell(describeType(schema))} | ${need} | ${cell(about)} |`;
  });
  const out = [...schemaInfo(command.output).properties.keys()].map((name) => `\`${name}\``);
  const input =
    rows.length === 0
      ? "No fields.\n"
      : `| field | type | required | |\n|---|---|---|---|\n${rows.join("\n")}\n`;
  return `### ${command.name}\n\n${input}${out.length === 0 ? "" : `\nAnswers ${out.join(", ")}.\n`}`;
}

function cell(text: string): string {
  return text.replaceAll("|", "\\|");
}

const introduction = `# The local API

Made from the table of commands; do not edit it here.

Every call is \`POST /openapi/v1/<call>\` with a JSON object. Calls marked GET take the same names in the
query as well: a list by repeating its name, an object by dotted names (\`permission.begin=…\`) or as JSON.
Orders are also served under \`/v1/\`. Every answer has \`ErrNo\` (0 = success) and \`ErrMsg\`; the other fields
stand beside them. The HTTP status of calls is always 200, unless \`api.v16_status\` is \`http\`; resources have that of their error.
For a client of the published document: [from-v1.6.md](from-v1.6.md). Times are Unix seconds unless a field says ms. Codes are strings: \`"001234"\` keeps its
zeros, a JSON number is refused.

## Who may call

- On the gateway itself: the unix socket (\`latchctl\` uses it). Whoever may open the file is a manager.
- On TCP: \`latchctl client add manager partner\` makes a client and shows its secret once.
  \`POST /openapi/v1/access_token {"client_id", "client_secret"}\` answers \`access_token\` and \`expires_time\`; the
  token goes into \`Authorization: Bearer …\` (or \`access_token\` in body or query, as V1.6 has it; the header is
  safer). It lasts 15 minutes. Wrong secrets are slowed down, also across restarts: answer 16002 with
  \`Retry-After\`. The right secret always gets its token, whatever others have tried.
- Nothing but \`access_token\` and \`/api/health\` (without a token the states, no reasons) is served without a
  token: \`/openapi.json\` and \`/docs\` take
  one of any scope, in a browser as \`/docs?access_token=…\`. On the gateway itself:
  \`curl --unix-socket /run/latchd/latchd.sock http://localhost/docs\`.

TCP listens on 127.0.0.1:8480. To serve the network, give TLS:

\`\`\`yaml
api:
  host: 0.0.0.0
  tls: generated          # or: files, with cert_file and key_file (PEM)
  allowed_hosts: [gate.example]
\`\`\`

\`generated\` makes a certificate authority of the gateway's own once, in \`<data_dir>/tls\`, and a certificate that renews
itself. \`/ca.crt\` gives the authority's certificate to everybody; the log has both SHA-256 fingerprints: compare, then
trust ([operations.md](operations.md#the-page-and-its-certificate)). TLS 1.2 and 1.3 with forward secrecy only. Plain HTTP is never served to the
network. A request must name the gateway by its host name, \`<hostname>.local\`, one of its addresses or a name of
\`allowed_hosts\` (421 otherwise), and a page of another origin
is refused (403). Behind a proxy with TLS of its own set \`public_url\` ([operations.md](operations.md#behind-a-proxy)).

Limits: body 64 KiB, JSON 16 levels deep, URL 2 KiB, headers 8 KiB and 64 lines, request within 15 s,
128 connections: from one address 32, and 40 more on which callers have shown a token or a session, so that an office
behind one address works with six browsers at once; 8 watchers of events, 4 of them of one client. Whoever connects to a full
listener, or has used the share, takes the place of the oldest connection without a whole request, of a stranger first; a watcher
without a place takes one of the client that has the most. The unix socket has its own. Texts hold no control characters and no marks that turn
the direction of writing; notes may have line ends.

## Locks, rooms and homes

A lock is addressed by \`uuid\`, or by \`room_id\` (with \`home_id\` unless only one home has such a room); uuid
wins. \`room_id\` = \`home_id\` is the outer door. The room's own id that \`add_room\` answers works as well.
V1.6 has errors for bindings but no calls: \`bind_center\`, \`bind_lock\`, their opposites and \`move_lock\` are latchd's.
A gateway may serve several homes; a home has one gateway, a room one lock: 15008 the room has a lock,
15009 the home has a gateway, 15010 the lock is bound there already, 15011 it is bound elsewhere, 15012
there is no such room. Deleting a room unpairs its lock; \`del_home\` answers a \`serviceid\` at once and
unpairs behind it: follow it with \`find_service\`.

## Callbacks

\`callback_add {"url"}\` registers a URL (https; http on this machine, elsewhere only with
\`callbacks.allow_http: true\`, since events may hold codes). It has to lead to a public address, or to
one of a private network with \`callbacks.allow_private: true\`; this machine is reached by \`localhost\`,
\`127.…\` and \`[::1]\` only. DNS is asked anew for each connection, and what it says is held to the same.
It gets every event from then on by POST, in order, with \`id\`, \`seq\` and \`epoch\` to know a repeat by. It answers \`{"ErrNo": 0, "ErrMsg": ""}\`. Anything
else is tried again: 1 s doubling to 5 min, for ever while it cannot be reached, eight times when it
answers and refuses; then that event is left out and counted. What the journal no longer has is told by
\`journalGap\`: for a URL that takes nothing, the newest 50 000 records are kept. Redirects are not followed.
\`callbacks.ca_file\` names authorities to trust.

## Dynamic codes

\`get_dynamic_password_plaintext\` makes a code of six digits that opens for five minutes
(\`invalid_time\`), by RFC 6238 with a secret of the lock's own that is never stored. While it lasts, the same
is answered; with less than 30 s left, a new one. It is password 0 of the lock: it can be frozen and
deleted like any other, takes a slot while it lasts, and is refused when the lock is full.
`;
