import { lazyTexts } from "../texts/lazy-texts.ts";
import type { Finding, FindingTexts } from "./finding.ts";

const own = lazyTexts<FindingTexts>({
  en: () => import("../texts/en/findings.ts"),
  "zh-CN": () => import("../texts/zh-cn/findings.ts"),
});
await own.load();

/** Returns a finding in the chosen language: what it is, and what to do (empty = nothing). */
export function findingText(finding: Finding): { readonly what: string; readonly advice: string } {
  const text = own.texts.value[finding.code];
  if (text === undefined) {
    return { what: sentence(finding.what), advice: sentence(finding.advice) };
  }
  const [what, advice] = text;
  return { what: filled(what, finding), advice: filled(advice, finding) };
}

function filled(text: string, { values }: Finding): string {
  return text.replaceAll(/\{(\w+)\}/g, (_braces, name: string) => {
    const value = values[name] ?? "";
    return name === "free_mb" ? sizeText(Number(value)) : String(value);
  });
}

/** Returns megabytes as people read them. */
function sizeText(mb: number): string {
  return mb < 10_000 ? `${mb}\u00a0MB` : `${Math.round(mb / 1000)}\u00a0GB`;
}

/** The gateway's own words are parts of a sentence, for its log. */
function sentence(text: string): string {
  if (text === "") return "";
  const end = text.endsWith(".") ? "" : ".";
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}${end}`;
}
