import { resourcesOf } from "../../../daemon/api/routes/resources.ts";
import { isJsonList, isJsonObject, type Json, type JsonObject } from "../../../daemon/base/json.ts";
import { peoplesOptions } from "../../../daemon/cli/phrase-options.ts";
import type { Command } from "../../../daemon/commands/command.ts";
import type { Phrase } from "../../../daemon/commands/phrase.ts";
import { errorTable } from "../../../daemon/core/model/errors.ts";
import { eventNames } from "../../../daemon/core/model/journal.ts";
import { asyncApi } from "../../../sync/asyncapi.ts";

/** What callers rely on, without texts for people: names, types, what is required, codes, paths, scopes. */
export function wireContract(
  commands: readonly Command[],
  actions: readonly Command[],
): JsonObject {
  return {
    errors: Object.fromEntries(
      Object.entries(errorTable).map(([code, { errNo, httpStatus }]) => [
        code,
        `${errNo}, HTTP ${httpStatus}`,
      ]),
    ),
    events: sorted(eventNames),
    calls: byName(commands, (command) => callOf(command, commands)),
    actions: byName(actions, (action) => ({ ...commonOf(action) })),
    mqtt: mqttContract(),
  };
}

function byName(
  commands: readonly Command[],
  describe: (command: Command) => JsonObject,
): JsonObject {
  const entries = commands.map((command) => [command.name, describe(command)] as const);
  return Object.fromEntries(entries.sort(([left], [right]) => (left < right ? -1 : 1)));
}

function callOf(command: Command, commands: readonly Command[]): JsonObject {
  const isGet = command.isReadOnly || command.isServedByGet === true;
  const resources = resourcesOf(commands).filter(({ command: name }) => name === command.name);
  const { phrases = [], loss } = command;
  return {
    methods: isGet ? "GET, POST" : "POST",
    ...commonOf(command),
    resources: sorted(
      resources.map(({ method, path, fixed }) => [method, path, ...(fixed ?? [])].join(" ")),
    ),
    phrases: sorted(phrases.map((phrase) => phraseText(phrase, command))),
    asksFirst: loss !== undefined,
  };
}

function commonOf(command: Command): JsonObject {
  return {
    access: command.access,
    isOneShot: command.isOneShot === true,
    errors: sorted(command.errors),
    activity: command.lockActivity ?? command.activity ?? "by its kind",
    takes: fieldsOf(command.input),
    answers: fieldsOf(command.output),
  };
}

function phraseText(phrase: Phrase, command: Command): string {
  const lock = phrase.isOfLock === true ? ["<lock>"] : [];
  const fields = (phrase.fields ?? []).map((field) => `<${field}>`);
  const names = peoplesOptions({ phrase, command }).map(({ name, field }) => `--${name}=${field}`);
  return [...phrase.words, ...lock, ...fields, ...sorted(names)].join(" ");
}

/** Channels and messages of AsyncAPI; what a command takes is in the calls already. */
function mqttContract(): JsonObject {
  const { channels } = asyncApi("0");
  if (!isJsonObject(channels)) throw new Error("the AsyncAPI document has channels");
  return Object.fromEntries(
    Object.entries(channels).map(([name, channel]) => [name, channelOf(name, channel)]),
  );
}

function channelOf(name: string, channel: Json): Json {
  if (!isJsonObject(channel) || !isJsonObject(channel["messages"])) return null;
  const { address, messages } = channel;
  const payloads = Object.entries(messages ?? {}).map(
    ([message, body]) => [message, isJsonObject(body) ? fieldsOf(body["payload"]) : null] as const,
  );
  // The envelopes of all commands and of all replies are the same; what each carries is in the calls.
  const isOfCalls = name === "command" || name === "reply";
  const shown = isOfCalls ? payloads.filter(([message]) => message === "get_stick") : payloads;
  return { address: address ?? null, messages: Object.fromEntries(shown) };
}

/** Returns a schema by its fields, each as one line; `?` marks a field that may be absent. */
export function fieldsOf(schema: unknown): JsonObject {
  const json: Json = JSON.parse(JSON.stringify(schema));
  if (!isJsonObject(json)) return {};
  const lines = fieldLines(json, "");
  return { ...Object.fromEntries(lines), itself: typeText(json) };
}

type Line = readonly [string, string];

/** Returns a line for each field of a schema, and for each field of the schemas inside it. */
function fieldLines(schema: JsonObject, prefix: string): readonly Line[] {
  const { properties, required, anyOf, items, patternProperties } = schema;
  const needed: readonly Json[] = isJsonList(required) ? required : [];
  const own = entriesOf(properties).flatMap(([name, inner]): readonly Line[] => {
    const path = `${prefix}${name}${needed.includes(name) ? "" : "?"}`;
    return [[path, typeText(inner)], ...fieldLines(inner, `${path}.`)];
  });
  const members = isJsonList(anyOf) ? anyOf.filter(isJsonObject) : [];
  return [
    ...own,
    ...members.flatMap((member, index) => fieldLines(member, `${prefix}(${index + 1}) `)),
    ...(isJsonObject(items) ? fieldLines(items, `${prefix}[].`) : []),
    ...entriesOf(patternProperties).flatMap(([, inner]) => fieldLines(inner, `${prefix}*.`)),
  ];
}

function entriesOf(value: Json | undefined): readonly (readonly [string, JsonObject])[] {
  return Object.entries(isJsonObject(value) ? value : {}).flatMap(([name, inner]) =>
    isJsonObject(inner) ? [[name, inner] as const] : [],
  );
}

/** Keywords that hold text for people, or fields that have lines of their own. */
const shownElsewhere = new Set(["type", "description", "title", "properties", "required"]);

function typeText(schema: Json): string {
  if (!isJsonObject(schema)) return JSON.stringify(schema);
  const { type, anyOf, const: constant, enum: values, items, patternProperties, ...rest } = schema;
  if (constant !== undefined) return JSON.stringify(constant);
  const limits = Object.entries(rest)
    .filter(([name]) => !shownElsewhere.has(name))
    .map(([name, value]) => `${name} ${JSON.stringify(value)}`);
  const parts = [
    typeof type === "string" ? type : "",
    alternatives(anyOf, typeText),
    alternatives(values, (value) => JSON.stringify(value)),
    items === undefined ? "" : `of ${typeText(items)}`,
    ...entriesOf(patternProperties).map(([, inner]) => `by name: ${typeText(inner)}`),
    ...sorted(limits),
  ];
  return parts.filter((part) => part !== "").join(", ");
}

function alternatives(values: Json | undefined, textOf: (value: Json) => string): string {
  return isJsonList(values) ? sorted(values.map(textOf)).join(" | ") : "";
}

function sorted<T extends string>(texts: readonly T[]): readonly T[] {
  return [...texts].sort();
}
