import type { Signal } from "@preact/signals";
import { gatewayZone } from "../../../api/gateway-time.ts";
import { timeOfLocal } from "../../../time/zone-time.ts";
import { Choice, Field } from "../../../widgets/form.tsx";
import { household } from "../texts.ts";

/** What is typed about a visit. */
export interface VisitDraft {
  readonly name: Signal<string>;
  readonly phone: Signal<string>;
  /** `2026-12-06` of the gateway's zone. */
  readonly day: Signal<string>;
  /** 100 … 103, or Unix seconds of an exact time that a program gave. */
  readonly time: Signal<string>;
  readonly note: Signal<string>;
}

interface VisitFieldsProps {
  readonly draft: VisitDraft;
  readonly nameLabel: string;
  readonly phoneLabel: string;
  /** Text of an exact time; absent = there is none. */
  readonly exactTime?: string | undefined;
}

export function VisitFields({ draft, nameLabel, phoneLabel, exactTime }: VisitFieldsProps) {
  const { visits: text } = household.texts.value;
  const parts = [100, 101, 102, 103].map((part) => [String(part), text.times[part] ?? ""] as const);
  const isExact = Number(draft.time.value) > 103;
  const options = isExact ? [...parts, [draft.time.value, exactTime ?? ""] as const] : parts;
  const field = (label: string, of: Signal<string>) => ({
    label,
    value: of.value,
    onValue: (value: string) => {
      of.value = value;
    },
  });
  return (
    <>
      <Field {...field(nameLabel, draft.name)} maxLength={64} autocomplete="off" />
      <Field {...field(phoneLabel, draft.phone)} maxLength={32} autocomplete="off" />
      <Field {...field(text.day, draft.day)} type="date" />
      <Choice {...field(text.time, draft.time)} options={options} />
      <Field {...field(text.note, draft.note)} maxLength={512} autocomplete="off" />
    </>
  );
}

/** Returns what the commands take. @throws Error that says which field is missing */
export function visitFields(draft: VisitDraft) {
  const { visits: text } = household.texts.value;
  const name = draft.name.value.trim();
  const phone = draft.phone.value.trim();
  if (name === "" || phone === "") throw new Error(text.noName);
  const date = timeOfLocal(`${draft.day.value}T12:00`, gatewayZone(), "start")?.atS;
  if (date === undefined) throw new Error(text.noDay);
  return { name, phone, date, time: Number(draft.time.value), note: draft.note.value.trim() };
}
