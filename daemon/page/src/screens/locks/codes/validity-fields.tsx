import { gatewayZone, nowS } from "../../../api/gateway-time.ts";
import { dateTimeText, exactTimeText } from "../../../texts/text.ts";
import { localText } from "../../../time/zone-time.ts";
import { Field } from "../../../widgets/form.tsx";
import { texts } from "../texts.ts";
import { Check } from "./check.tsx";
import { dayName, weekDays } from "./code-words.ts";
import type { ValidityDraft } from "./validity.ts";
import {
  daysIn,
  type Preset,
  presets,
  type ValidityReading,
  weekendOf,
} from "./validity-reading.ts";

interface ValidityFieldsProps {
  readonly draft: ValidityDraft;
  readonly reading: ValidityReading;
}

/** The choice of a code's times: a preset, and the fields that belong to it. */
export function ValidityFields({ draft, reading }: ValidityFieldsProps) {
  const { codes } = texts.value.locks;
  const zone = gatewayZone();
  const preset = draft.preset.value;
  const isSpan = preset === "until" || preset === "weekend";
  // An end that nobody has typed yet is no mistake.
  const fault = reading.fault === "noEnd" && draft.until.value === "" ? null : reading.fault;
  const choose = (one: Preset): void => {
    draft.preset.value = one;
    if (one !== "weekend") return;
    const { from, until } = weekendOf(nowS(), zone);
    draft.from.value = from;
    draft.until.value = until;
  };
  return (
    <>
      <fieldset class="presets">
        <legend>{codes.opens}</legend>
        {presets.map((one) => (
          <label key={one} class="chip">
            <input
              type="radio"
              name="preset"
              checked={preset === one}
              onChange={() => choose(one)}
            />
            {codes.presets[one]}
          </label>
        ))}
      </fieldset>
      {preset === "weekly" && <Hours draft={draft} />}
      {isSpan && (
        <Field
          label={codes.fromField}
          type="datetime-local"
          value={draft.from.value}
          hint={codes.fromHint}
          onValue={(value) => {
            draft.from.value = value;
          }}
        />
      )}
      {preset !== "always" && (
        <Field
          label={isSpan ? codes.untilField : codes.endField}
          type="datetime-local"
          value={draft.until.value}
          hint={codes.zoneHint(zone, localText(nowS(), zone).slice(11))}
          onValue={(value) => {
            draft.until.value = value;
          }}
        />
      )}
      <div role="status">
        {reading.notes.map(({ atS, reading: why }) => (
          <p key={atS} class="hint">
            {why === "twice" ? codes.twice(exactTimeText(atS)) : codes.skipped(dateTimeText(atS))}
          </p>
        ))}
        {fault !== null && <p class="hint">{codes.faults[fault]}</p>}
      </div>
    </>
  );
}

function Hours({ draft }: { readonly draft: ValidityDraft }) {
  const { codes } = texts.value.locks;
  const chosen = daysIn(draft.days.value);
  return (
    <>
      <fieldset class="presets">
        <legend>{codes.days}</legend>
        {weekDays.map(({ day, number }) => (
          <Check
            key={day}
            label={dayName(number)}
            isChecked={chosen.includes(day)}
            onChange={(isChecked) => {
              const rest = chosen.filter((one) => one !== day);
              draft.days.value = (isChecked ? [...rest, day] : rest).join(",");
            }}
          />
        ))}
      </fieldset>
      <div class="two">
        <Field
          label={codes.startField}
          type="time"
          value={draft.start.value}
          onValue={(value) => {
            draft.start.value = value;
          }}
        />
        <Field
          label={codes.hoursEndField}
          type="time"
          value={draft.end.value}
          onValue={(value) => {
            draft.end.value = value;
          }}
          {...(draft.end.value <= draft.start.value ? { hint: codes.endsNextDay } : {})}
        />
      </div>
    </>
  );
}
