import { isJsonList, isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import { accountKey } from "../../core/model/gateway/account.ts";
import type { StoreView } from "../../store/store.ts";

/** Fields of log lines that name a caller, a person or a lock, whether or not there is still a record of it. */
const namingFields: ReadonlySet<string> = new Set(["name", "by", "about", "client", "gateway"]);

/** A shorter name within a text could be part of any word or number. */
const shortestName = 2;

/**
 * Replaces the names of locks, places and people by pseudonyms: the same name has the same pseudonym in every bundle of
 * this gateway, so that support can tell things apart, and nobody else can find out the name.
 */
export class Pseudonyms {
  readonly #pseudonymOf: (name: string) => string;
  readonly #names: ReadonlySet<string>;
  readonly #pattern: RegExp | null;

  constructor(names: Iterable<string>, pseudonymOf: (name: string) => string) {
    this.#pseudonymOf = pseudonymOf;
    this.#names = new Set([...names].filter((name) => name !== ""));
    const parts = [...this.#names]
      .filter((name) => name.length >= shortestName)
      // A longer name goes before the one that it begins with.
      .sort((a, b) => b.length - a.length)
      .map((name) => name.replaceAll(/[\\^$.*+?()[\]{}|/]/g, "\\$&"));
    this.#pattern =
      parts.length === 0
        ? null
        : new RegExp(`(?<![\\p{L}\\p{N}])(?:${parts.join("|")})(?![\\p{L}\\p{N}])`, "giu");
  }

  of(name: string): string {
    return name === "" ? "" : this.#pseudonymOf(name);
  }

  /** Returns a value without the names that are known, however deep they are in it. */
  replaced(value: Json): Json {
    if (typeof value === "string") return this.#inText(value);
    if (isJsonList(value)) return value.map((item) => this.replaced(item));
    return isJsonObject(value) ? this.#inFields(value, () => false) : value;
  }

  /** Returns a line of the log without names, also those of which there is no record any more. */
  line(text: string): JsonObject | null {
    const fields = parsed(text);
    return fields === null ? null : this.#inFields(fields, (name) => namingFields.has(name));
  }

  #inFields(fields: JsonObject, isName: (field: string) => boolean): JsonObject {
    return Object.fromEntries(
      Object.entries(fields).map(([field, value]) => [
        field,
        isName(field) && typeof value === "string" ? this.of(value) : this.replaced(value),
      ]),
    );
  }

  #inText(text: string): string {
    if (this.#names.has(text)) return this.of(text);
    return this.#pattern === null ? text : text.replace(this.#pattern, (name) => this.of(name));
  }
}

function parsed(text: string): JsonObject | null {
  try {
    const value: unknown = JSON.parse(text);
    return isJsonObject(value) ? value : null;
  } catch {
    return null;
  }
}

/** Returns the names of locks, places and people, and how people are reached, as the records have them. */
export function* namesIn(view: StoreView): Iterable<string> {
  for (const { name } of view.list("lock")) yield name;
  for (const { name, location } of view.list("home")) yield* [name, location];
  for (const { name } of view.list("room")) yield name;
  for (const { name, sendTo } of view.list("password")) yield* [name, sendTo];
  for (const { name, account } of view.list("member")) yield* [name, account];
  for (const { name } of view.list("account")) {
    yield* [name, accountKey(name), `account:${accountKey(name)}`];
  }
  for (const { name } of view.list("pass")) yield name;
  for (const { demander, installer } of view.list("order")) {
    yield* [demander.name, demander.phone, installer?.name ?? "", installer?.phone ?? ""];
  }
}
