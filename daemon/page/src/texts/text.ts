import { computed, signal } from "@preact/signals";
import { session } from "../api/session.ts";
import type { Texts } from "./en/texts.ts";

export const languages = ["en", "zh-CN"] as const;
export type Language = (typeof languages)[number];

/** Where the choice of a person is kept, on this device only. */
const storageKey = "latchd.language";

const loaders: Readonly<Record<Language, () => Promise<{ readonly texts: Texts }>>> = {
  en: () => import("./en/texts.ts"),
  "zh-CN": () => import("./zh-cn/texts.ts"),
};

export const language = signal<Language>(firstLanguage());
const loaded = signal<Texts | null>(null);

/** The texts of the chosen language, by area. Read it only after {@link loadTexts}. */
export const texts = computed<Texts>(() => {
  if (loaded.value === null) throw new Error("the texts are read before they are loaded");
  return loaded.value;
});

/** Loads a language, shows it, and keeps the choice. */
export async function loadTexts(chosen: Language): Promise<void> {
  const { texts: read } = await loaders[chosen]();
  loaded.value = read;
  language.value = chosen;
  document.documentElement.lang = chosen;
}

export async function chooseLanguage(chosen: Language): Promise<void> {
  await loadTexts(chosen);
  localStorage.setItem(storageKey, chosen);
}

function firstLanguage(): Language {
  const kept = localStorage.getItem(storageKey);
  const wanted = [kept ?? "", ...navigator.languages];
  for (const one of wanted) {
    if (one.toLowerCase().startsWith("zh")) return "zh-CN";
    if (one.toLowerCase().startsWith("en")) return "en";
  }
  return "en";
}

/**
 * The language with a region, which decides how times and numbers are written: the browser's own English, or
 * British where it names none, because a 24-hour clock can be mistaken less.
 */
export const locale = computed<string>(() => {
  if (language.value !== "en") return language.value;
  return navigator.languages.find((one) => one.startsWith("en-")) ?? "en-GB";
});

function zone(): string | undefined {
  return session.value.state === "signedIn" ? session.value.time_zone : undefined;
}

/** Returns a time (Unix seconds) as date and time of the gateway's zone. */
export function dateTimeText(atS: number): string {
  return format({ dateStyle: "medium", timeStyle: "short" }, atS);
}

/** Returns a time with the name of the zone's clock, for a night in which an hour occurs twice. */
export function exactTimeText(atS: number): string {
  return format(exactTime, atS);
}

const exactTime: Intl.DateTimeFormatOptions = {
  ...{ day: "numeric", month: "short", year: "numeric" },
  ...{ hour: "2-digit", minute: "2-digit", timeZoneName: "short" },
};

/** Returns the time of day of the gateway's zone. */
export function timeText(atS: number): string {
  return format({ timeStyle: "short" }, atS);
}

/** Returns the time of day with its seconds, for logs. */
export function secondsText(atS: number): string {
  return format({ timeStyle: "medium" }, atS);
}

/** Returns the day of the gateway's zone, such as "Sun, 6 Dec". */
export function dayText(atS: number): string {
  return format({ weekday: "short", day: "numeric", month: "short" }, atS);
}

function format(options: Intl.DateTimeFormatOptions, atS: number): string {
  const timeZone = zone();
  const key = JSON.stringify([locale.value, timeZone, options]);
  const made =
    formats.get(key) ??
    new Intl.DateTimeFormat(locale.value, {
      ...options,
      ...(timeZone === undefined ? {} : { timeZone }),
    });
  formats.set(key, made);
  return made.format(atS * 1000);
}

/** A format is dear to make: a list of 50 locks makes each once. */
const formats = new Map<string, Intl.DateTimeFormat>();
const relatives = new Map<Language, Intl.RelativeTimeFormat>();

const units = [
  ["day", 86_400],
  ["hour", 3_600],
  ["minute", 60],
  ["second", 1],
] as const;

/** Returns a length of time with its largest unit, such as "5 minutes". */
export function durationText(lengthS: number): string {
  const [unit, unitS] = units.find(([, one]) => Math.abs(lengthS) >= one) ?? ["second", 1];
  return new Intl.NumberFormat(language.value, { style: "unit", unit, unitDisplay: "long" }).format(
    Math.round(lengthS / unitS),
  );
}

/** Returns how long ago or ahead a time is, such as "3 minutes ago". */
export function relativeText(atS: number, nowS: number): string {
  const apartS = atS - nowS;
  const [unit, unitS] = units.find(([, one]) => Math.abs(apartS) >= one) ?? ["second", 1];
  const made =
    relatives.get(language.value) ??
    new Intl.RelativeTimeFormat(language.value, { numeric: "auto" });
  relatives.set(language.value, made);
  return made.format(Math.round(apartS / unitS), unit);
}
