import type { TSchema } from "typebox";
import { LineCounter, parseDocument, visit } from "yaml";
import { isObject } from "../base/json.ts";
import { type SchemaInfo, schemaInfo } from "../base/schema-info.ts";
import { readText } from "../base/schema-text.ts";
import { matchesSchema } from "./schema-check.ts";

/** What is wrong with one key. */
export interface Fault {
  /** Its path (`cloud.url`), a line of the file, or the name of an environment variable. */
  readonly key: string;
  /** Completes a sentence that begins with the key: "must be …", "is not a key of latchd". */
  readonly problem: string;
}

interface Section {
  [key: string]: unknown;
}

/** Limit of the file's size; a longer file is no configuration. */
export const maxFileBytes = 64 * 1024;

/** Returns the document of a YAML text, its values unchecked. Faults of YAML name the line. */
export function parseYaml(text: string, faults: Fault[]): Section {
  const lines = new LineCounter();
  const document = parseDocument(text, { lineCounter: lines, version: "1.2", uniqueKeys: true });
  for (const error of [...document.errors, ...document.warnings]) {
    const at = lines.linePos(error.pos[0]);
    const summary = error.message.split("\n", 1)[0] ?? error.code;
    faults.push({ key: `line ${at.line}`, problem: summary.replace(/ at line \d+.*$/, "") });
  }
  // Nested aliases can make a huge document of a small file, and no configuration needs them.
  visit(document, {
    Alias: (_key, alias) => {
      const at = lines.linePos(alias.range?.[0] ?? 0);
      faults.push({ key: `line ${at.line}`, problem: "must not use an alias" });
    },
  });
  if (faults.length > 0) {
    return {};
  }
  const content: unknown = document.toJS();
  if (content === null || content === undefined) {
    return {};
  }
  if (!isSection(content)) {
    faults.push({ key: "line 1", problem: "must be a section of keys" });
    return {};
  }
  return content;
}

/** Variables that other programs read: they are not keys of the configuration. */
const otherVariables: ReadonlySet<string> = new Set([
  "LATCHD_CONFIG",
  "LATCHD_SOCKET",
  "LATCHD_NOTIFY_FD",
]);

/** Returns the document with the values of variables such as `LATCHD_STICK_PATH` in position of the file's. */
export function applyEnvironment(
  schema: TSchema,
  document: Section,
  context: { readonly env: Readonly<Record<string, string | undefined>>; readonly faults: Fault[] },
): Section {
  const leaves = new Map<string, { path: readonly string[]; schema: TSchema }>();
  collectLeaves(schema, [], leaves);
  const merged = structuredClone(document);
  for (const [name, text] of Object.entries(context.env)) {
    if (!name.startsWith("LATCHD_") || text === undefined || otherVariables.has(name)) {
      continue;
    }
    const leaf = leaves.get(name);
    if (leaf === undefined) {
      context.faults.push({ key: name, problem: "is not a variable of latchd" });
      continue;
    }
    putAt(merged, leaf.path, readLeaf(leaf.schema, text));
  }
  return merged;
}

function collectLeaves(
  schema: TSchema,
  path: readonly string[],
  leaves: Map<string, { path: readonly string[]; schema: TSchema }>,
): void {
  const info = schemaInfo(schema);
  if (info.type !== "object") {
    leaves.set(`LATCHD_${path.join("_").toUpperCase()}`, { path, schema });
    return;
  }
  for (const [key, field] of info.properties) {
    collectLeaves(field, [...path, key], leaves);
  }
}

function readLeaf(schema: TSchema, text: string): unknown {
  const info = schemaInfo(schema);
  if (info.type === "array" && !text.startsWith("[")) {
    return text === "" ? [] : text.split(",").map((part) => readText(info.items, part.trim()));
  }
  return readText(schema, text);
}

function putAt(document: Section, path: readonly string[], value: unknown): void {
  const [head, ...rest] = path;
  if (head === undefined) {
    return;
  }
  if (rest.length === 0) {
    document[head] = value;
    return;
  }
  const present = document[head];
  const inner = isSection(present) ? present : {};
  document[head] = inner;
  putAt(inner, rest, value);
}

/**
 * Returns the document with defaults filled in and every key checked against the schema. All faults are
 * collected; a fault does not hide another. A section that is absent is a section of defaults.
 */
export function checkDocument(schema: TSchema, value: unknown, position: Position): unknown {
  const info = schemaInfo(schema);
  if (info.type !== "object") {
    return checkLeaf(schema, value, position);
  }
  if (value !== undefined && value !== null && !isSection(value)) {
    position.faults.push({ key: position.path, problem: "must be a section of keys" });
    return {};
  }
  return checkSection(info, value ?? {}, position);
}

/** Where a value is in the document, and the faults found so far. */
interface Position {
  readonly path: string;
  readonly faults: Fault[];
}

function checkSection(
  { properties, required }: SchemaInfo,
  section: Section,
  { path, faults }: Position,
): Section {
  for (const key of Object.keys(section)) {
    if (!properties.has(key)) {
      faults.push({ key: join(path, key), problem: "is not a key of latchd" });
    }
  }
  const checked: Section = {};
  for (const [key, field] of properties) {
    const value = Object.hasOwn(section, key) ? (section[key] ?? undefined) : undefined;
    if (value === undefined && !required.has(key)) continue;
    if (value === undefined && !hasDefault(field)) {
      faults.push({ key: join(path, key), problem: "is missing" });
      continue;
    }
    checked[key] = checkDocument(field, value, { path: join(path, key), faults });
  }
  return checked;
}

/** Returns whether a key may be absent: a section is then one of defaults. */
function hasDefault(schema: TSchema): boolean {
  const { type, fallback } = schemaInfo(schema);
  return type === "object" || fallback !== undefined;
}

function checkLeaf(schema: TSchema, value: unknown, position: Position): unknown {
  const info = schemaInfo(schema);
  const given = value === undefined ? info.fallback : spellOut(info.choices, value);
  if (!matchesSchema(schema, given)) {
    position.faults.push({
      key: position.path,
      problem: `must be ${info.description ?? "something else"}`,
    });
  }
  return given;
}

/** `protocol: 5` and `protocol: 3.1` are numbers in YAML, but mean the choices "5" and "3.1.1". */
function spellOut(choices: readonly unknown[], value: unknown): unknown {
  if (typeof value !== "number" || choices.length === 0) {
    return value;
  }
  const text = String(value);
  return choices.find((choice) => choice === text || choice === `${text}.1`) ?? value;
}

function join(path: string, key: string): string {
  return path === "" ? key : `${path}.${key}`;
}

function isSection(value: unknown): value is Section {
  return isObject(value);
}
