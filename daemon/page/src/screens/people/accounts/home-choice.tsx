import type { Signal } from "@preact/signals";
import { household } from "../texts.ts";

/** Homes of the gateway: id and name. */
export type HomeNames = readonly (readonly [string, string])[];

interface HomeChoiceProps {
  readonly homes: HomeNames;
  readonly chosen: Signal<readonly string[]>;
}

/** Limits an installer to some homes. */
export function HomeChoice({ homes, chosen }: HomeChoiceProps) {
  const { people: text } = household.texts.value;
  if (homes.length === 0) return null;
  return (
    <fieldset class="home-choice">
      <legend>{text.homes}</legend>
      {homes.map(([id, name]) => (
        <label key={id}>
          <input
            type="checkbox"
            checked={chosen.value.includes(id)}
            onChange={(event) => {
              chosen.value = event.currentTarget.checked
                ? [...chosen.value, id]
                : chosen.value.filter((one) => one !== id);
            }}
          />
          <span>{name}</span>
        </label>
      ))}
      <div class="hint">{text.allHomes}</div>
    </fieldset>
  );
}

/** Returns the homes of an account or a pass in words. */
export function homesText(ids: readonly string[] | null, homes: HomeNames): string {
  if (ids === null) return household.texts.value.people.allOfThem;
  const names = new Map(homes);
  return ids.map((id) => names.get(id) ?? id).join(", ");
}
