import type { Signal } from "@preact/signals";
import { localText } from "../../../time/zone-time.ts";
import { useDraft } from "../../../widgets/draft.ts";
import { type Code, clockText } from "./code-words.ts";
import type { Preset, ValidityTexts } from "./validity-reading.ts";

/** What is typed about the times of a code, by field. */
export type ValidityDraft = Readonly<Record<keyof ValidityTexts, Signal<string>>>;

/** Returns what is in the fields now. */
export function textsOf(draft: ValidityDraft): ValidityTexts {
  return {
    preset: draft.preset.value,
    from: draft.from.value,
    until: draft.until.value,
    days: draft.days.value,
    start: draft.start.value,
    end: draft.end.value,
  };
}

/** The fields of a code's times. They outlive a reload. */
export function useValidityDraft(name: string, zone: string, code: Code | null): ValidityDraft {
  const { begin, end } = code ?? { begin: null, end: null };
  const weekly = code?.weekly;
  return {
    preset: useDraft(`${name}.preset`, code === null ? "until" : presetOf(code)),
    from: useDraft(`${name}.from`, begin === null ? "" : localText(begin, zone)),
    until: useDraft(`${name}.until`, end === null ? "" : localText(end, zone)),
    days: useDraft(`${name}.days`, weekly?.days.join(",") ?? ""),
    start: useDraft(`${name}.start`, clockText(weekly?.start_minute ?? 480)),
    end: useDraft(`${name}.end`, clockText((weekly?.end_minute ?? 1080) % 1440)),
  };
}

function presetOf({ begin, end, weekly, is_one_time }: Code): Preset {
  if (is_one_time === 1) return "once";
  if (weekly !== null) return "weekly";
  return begin === null && end === null ? "always" : "until";
}

/** Forgets what was typed. */
export function clearValidity(draft: ValidityDraft): void {
  draft.preset.value = "until";
  for (const field of [draft.from, draft.until, draft.days]) field.value = "";
}
