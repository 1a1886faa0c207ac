import { signal } from "@preact/signals";
import type { Answer } from "../api/call.ts";
import { language } from "../texts/text.ts";

export type Finding = Answer<"doctor">["findings"][number];

type Table = Readonly<Record<string, readonly [what: string, advice: string]>>;

/** The Chinese texts; null until the first finding is shown in Chinese. English comes from the gateway. */
const chinese = signal<Table | null>(null);
let isLoading = false;

/** Returns a finding in the chosen language: what it is, and what to do (empty = nothing). */
export function findingText(finding: Finding): { readonly what: string; readonly advice: string } {
  if (language.value === "en") return finding;
  const row = chinese.value?.[finding.code];
  if (chinese.value === null) loadChinese();
  if (row === undefined) return finding;
  const [what, advice] = row;
  return { what: filled(what, finding), advice: filled(advice, finding) };
}

function loadChinese(): void {
  if (isLoading) return;
  isLoading = true;
  void import("../texts/zh-cn/findings.ts").then(({ findings }) => {
    chinese.value = findings;
  });
}

function filled(text: string, { values }: Finding): string {
  return text.replaceAll(/\{(\w+)\}/g, (_braces, name: string) => String(values[name] ?? ""));
}
