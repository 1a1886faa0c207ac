import { readFileSync } from "node:fs";
import { join } from "node:path";
import { isObject } from "../../../daemon/base/json.ts";
import type { Quirks } from "../../../drivers/zigbee/quirks/quirk-model.ts";
import { quirksOf, standardQuirks } from "../../../drivers/zigbee/quirks/quirks.ts";
import { projectRoot } from "../project-root.ts";
import { type LockFamily, lockFamilies, unreadableLocks } from "./lock-families.ts";

const begin = "<!-- models: npm run docs writes them -->";
const end = "<!-- end of the models -->";

/** What the page says of one model, from the records of real locks and from latchd's own table. */
export interface ListedModel {
  readonly id: string;
  readonly manufacturer: string;
  readonly model: string;
  readonly soldAs: string;
  readonly pinUsers: number | null;
  readonly pinLength: { readonly min: number; readonly max: number } | null;
  readonly takesCodes: boolean;
  readonly notes: readonly string[];
  readonly sources: readonly string[];
}

/** Returns every recorded lock, and the models that latchd knows without a record. */
export function listedModels(): readonly ListedModel[] {
  const file = join(projectRoot(), "test", "lab", "field", "locks.json");
  const entries: unknown = JSON.parse(readFileSync(file, "utf8"));
  const recorded = listOf(entries).filter(isObject).map(modelOf);
  const others = lockFamilies.flatMap(({ alsoKnown = [] }) =>
    alsoKnown.map(([manufacturer, model]) => ({
      ...{ id: `known/${model}`, manufacturer, model, soldAs: "", pinUsers: null, pinLength: null },
      ...{ takesCodes: true, notes: [], sources: ["drivers/zigbee/quirks/quirk-table.ts"] },
    })),
  );
  return [...recorded, ...others];
}

/** Returns the families to which a model belongs: exactly one, unless the page is wrong. */
export function familiesOf({ id, model }: ListedModel): readonly LockFamily[] {
  return lockFamilies.filter(
    ({ ids, alsoKnown = [] }) =>
      ids.test(id) || (id.startsWith("known/") && alsoKnown.some(([, name]) => name === model)),
  );
}

/** Returns the page with its generated part between the two marker comments. */
export function withModels(page: string): string {
  const models = listedModels();
  const families = lockFamilies.map((family) =>
    chapterOf(
      family,
      models.filter((model) => familiesOf(model).includes(family)),
    ),
  );
  const others = models.filter(({ id }) => unreadableLocks.test(id));
  const text = [...families, unreadableChapter(others)].join("\n");
  const [before = "", rest = ""] = page.split(begin);
  const [, after = ""] = rest.split(end);
  return `${before}${begin}\n\n${text}\n${end}${after}`;
}

function chapterOf(family: LockFamily, models: readonly ListedModel[]): string {
  const { title, pairing, reset, sources } = family;
  const from = sources.length === 0 ? "" : ` Known from: ${sources.join("; ")}.`;
  return [
    `### ${title}`,
    "",
    `- **Pairing mode:** ${pairing}`,
    `- **Reset:** ${reset}${from}`,
    "",
    "| Model id | Sold as | Codes | Battery in | latchd allows for | Seen | Known from |",
    "|---|---|---|---|---|---|---|",
    ...models.map(rowOf),
    "",
  ].join("\n");
}

function unreadableChapter(models: readonly ListedModel[]): string {
  return [
    "### Locks that latchd cannot use",
    "",
    "They have a radio of Zigbee and a language of their maker's own. latchd does not pair them.",
    "",
    "| Model id | Sold as | Why | Known from |",
    "|---|---|---|---|",
    ...models.map(
      ({ model, soldAs, notes, sources }) =>
        `| ${model} | ${soldAs} | ${notes.join(" ")} | ${sources.join(", ")} |`,
    ),
    "",
  ].join("\n");
}

function rowOf(listed: ListedModel): string {
  const quirks = quirksOf(listed.model, listed.manufacturer);
  const cells = [
    `\`${listed.model}\``,
    listed.soldAs,
    codesText(listed, quirks),
    batteryTexts[quirks.batteryScale],
    quirkTexts(quirks).join("; "),
    listed.notes.join(" "),
    listed.sources.join(", "),
  ];
  return `| ${cells.map((cell) => cell.replaceAll("|", "\\|")).join(" | ")} |`;
}

function codesText({ pinUsers, pinLength, takesCodes }: ListedModel, quirks: Quirks): string {
  if (!takesCodes) return "none";
  const limits = [pinUsers, quirks.pinUsersAtMost].filter((limit) => limit !== null);
  const count = limits.length === 0 ? "as it reports" : `at most ${Math.min(...limits)}`;
  const digits = pinLength ?? quirks.pinLength;
  if (digits === null) return count;
  return digits.min === digits.max
    ? `${count}, of ${digits.min} digits`
    : `${count}, of ${digits.min} to ${digits.max} digits`;
}

const batteryTexts: Readonly<Record<Quirks["batteryScale"], string>> = {
  halfPercent: "half percent",
  wholePercent: "whole percent",
  unsure: "learned from the lock",
};

/** What each quirk makes latchd do, in words. */
const quirkWords: {
  readonly [Name in keyof Quirks]?: (value: Quirks[Name], quirks: Quirks) => string;
} = {
  spacingMs: (ms) => `a pause of ${ms / 1000} s between commands`,
  firstUserId: (first, { lastUserId }) =>
    lastUserId === null
      ? `codes from user ${first}`
      : `codes in users ${first} to ${lastUserId} only`,
  peoplesFirstUserId: (first) => `codes of people from user ${first} are read and left alone`,
  answersGetPinCode: () => "codes cannot be read back",
  answersClearPinCode: () => "a deletion is not answered",
  hasUserIdInHighByte: () => "user ids in events may be shifted by 8 bits",
  isDeletionOfUserZeroAmbiguous: () => 'a deletion of user 0 may mean "refused"',
  setPinStatusesTaken: () => "status 1 means that a code was taken, too",
  isLockedReportFalse: () => "its report of the bolt is false; its own frames count",
  sleepsWhateverItClaims: () => "it sleeps, whatever it claims",
};

function quirkTexts(quirks: Quirks): readonly string[] {
  return namesOf(quirkWords).flatMap((name) => textOf(name, quirks));
}

function textOf<Name extends keyof Quirks>(name: Name, quirks: Quirks): readonly string[] {
  const words = quirkWords[name];
  const isStandard = JSON.stringify(quirks[name]) === JSON.stringify(standardQuirks[name]);
  return words === undefined || isStandard ? [] : [words(quirks[name], quirks)];
}

function namesOf(words: typeof quirkWords): readonly (keyof Quirks)[] {
  return Object.keys(words).filter((name): name is keyof Quirks => name in standardQuirks);
}

function modelOf(entry: Readonly<Record<string, unknown>>): ListedModel {
  const behaviour = isObject(entry["behaviour"]) ? entry["behaviour"] : {};
  return {
    id: textIn(entry["id"]),
    manufacturer: textIn(entry["manufacturer"]),
    model: textIn(entry["model"]),
    soldAs: textIn(entry["soldAs"]),
    pinUsers: typeof entry["pinUsers"] === "number" ? entry["pinUsers"] : null,
    pinLength: lengthIn(entry["pinLength"]),
    takesCodes: !/^none/i.test(textIn(behaviour["pinCommands"])),
    notes: listOf(entry["notes"]).map(textIn),
    // A path of another project's docs would look like one of ours.
    sources: listOf(entry["sources"]).map((one) => textIn(one).replace(/ docs\/\S+/, " docs")),
  };
}

function lengthIn(value: unknown): ListedModel["pinLength"] {
  if (!isObject(value)) return null;
  const { min, max } = value;
  return typeof min === "number" && typeof max === "number" ? { min, max } : null;
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function textIn(value: unknown): string {
  return typeof value === "string" ? value : "";
}
