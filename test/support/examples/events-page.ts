import type { TSchema } from "typebox";
import { describeType, schemaInfo } from "../../../daemon/base/schema-info.ts";
import type { Command } from "../../../daemon/commands/command.ts";
import type { CallExample } from "../../../daemon/commands/examples/call-example.ts";
import { eventNames } from "../../../daemon/core/model/journal.ts";
import { eventCatalog } from "../../../daemon/events/catalog/event-catalog.ts";
import { eventExamples } from "../../../daemon/events/catalog/event-examples.ts";
import { replyExampleOf } from "../../../sync/message-schemas.ts";
import type { ConversationStep } from "./conversation-story.ts";

const begin = "<!-- conversation -->";
const end = "<!-- end of the conversation -->";

/** Returns docs/events.md. @param conversation the part between its marks */
export function eventsPage(conversation: string): string {
  const contents = eventNames.map((name) => `[${name}](#${name.toLowerCase()})`).join(" · ");
  return `# Every event, with an example

Made from the schemas and from a run of the daemon (\`npm run docs\`, \`npm run docs:examples\`); do not edit it here.
[mqtt.md](mqtt.md) has the rules of the protocol, [asyncapi.json](asyncapi.json) the schemas for machines, and
[replies.md](replies.md) the reply to every command.

Events come on \`up/event\` and to callbacks. Each has this envelope: \`event\` (its name), \`time\` (Unix seconds, when it
happened), \`uuid\` (the lock, or the gateway's id), \`home_id\` (null = bound to no home), \`room_id\` (absent = none, or the
outer door), \`nickname\` (the lock's or the gateway's name), \`detail\` (absent = the event has none), \`id\` (of the record; a
repeat has the same), \`seq\` and \`epoch\` (the number in the journal), \`clock\` (how far the gateway trusts its time). A
consumer must ignore fields that it does not know.

With \`sync.protection.codes: sealed\`, an event that has codes carries \`sealed\` in place of \`detail\`.

${contents}

## A whole conversation

These messages were sent by a gateway and a cloud in this sequence. Topics are shortened: \`up/event\` is
\`latch/1/gw-17/up/event\`. Some messages between them are left out.

${begin}
${conversation}${end}

## The events

${eventNames.map(eventSection).join("\n")}`;
}

/** Returns the part of docs/events.md between the marks; null = there are no marks. */
export function conversationIn(page: string): string | null {
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  return from < 0 || to < from ? null : page.slice(from + begin.length + 1, to);
}

/** Returns the conversation as Markdown. */
export function conversationText(steps: readonly ConversationStep[]): string {
  return steps
    .map(({ text, message: { channel, body } }) => {
      return `${text}\n\n\`\`\`json\n// ${channel}\n${JSON.stringify(body)}\n\`\`\`\n`;
    })
    .join("\n")
    .concat("\n");
}

function eventSection(name: (typeof eventNames)[number]): string {
  const { summary, detail } = eventCatalog[name];
  const rows = detail === null ? [] : rowsOf(detail, "");
  const table =
    rows.length === 0
      ? ""
      : `\n| field of \`detail\` | type | |\n|---|---|---|\n${rows.join("\n")}\n`;
  return `### ${name}

${summary}
${table}
\`\`\`json
${eventExamples[name]}
\`\`\`
`;
}

/** Returns docs/replies.md. */
export function repliesPage(
  commands: readonly Command[],
  examples: Readonly<Record<string, CallExample>>,
): string {
  const contents = commands.map(({ name }) => `[${name}](#${name})`).join(" · ");
  return `# The reply to every command, with an example

Made from the schemas and from a run of the daemon (\`npm run docs\`, \`npm run docs:examples\`); do not edit it here.
Replies come on \`up/reply\`. Each has \`id\` and \`command\` (of the command), \`ErrNo\` (0 = accepted, and on disk), \`ErrMsg\`
(names the field at fault), the fields of the result, and \`seq\` and \`epoch\` (the number in the journal; a reply \`busy\` has
none). REST answers the same without \`id\`, \`command\`, \`seq\` and \`epoch\`. A field of the result that the envelope has too
is called \`result_…\` over MQTT. Long texts and lists are shortened here.

Some commands are for people on the gateway itself: the cloud gets the refusal that is shown.

${contents}

${commands.map((command) => replySection(command, examples[command.name])).join("\n")}`;
}

function replySection(command: Command, example: CallExample | undefined): string {
  const rows = rowsOf(command.output, "");
  const table =
    rows.length === 0 ? "" : `\n| field | type | |\n|---|---|---|\n${rows.join("\n")}\n`;
  return `## ${command.name}

${command.summary}
${table}
\`\`\`json
// params
${example?.request}
// up/reply
${JSON.stringify(replyExampleOf(command.name))}
\`\`\`
`;
}

/** Returns a row for each field of a schema, and for the fields inside it. */
function rowsOf(schema: TSchema, prefix: string): readonly string[] {
  const { properties, required } = schemaInfo(schema);
  return [...properties].flatMap(([name, inner]): readonly string[] => {
    const { description = "", items } = schemaInfo(inner);
    const path = `${prefix}${name}`;
    const type = `${describeType(inner)}${required.has(name) ? "" : ", may be absent"}`;
    const row = `| \`${path}\` | ${type.replaceAll("|", "\\|")} | ${description} |`;
    const parts = items === undefined ? rowsOf(inner, `${path}.`) : rowsOf(items, `${path}[].`);
    return [row, ...parts];
  });
}
