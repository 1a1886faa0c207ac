import type { Signal } from "@preact/signals";
import type { Answer } from "../../../api/call.ts";
import { Field } from "../../../widgets/form.tsx";
import { texts } from "../texts.ts";
import { isTrivialCode } from "./random-code.ts";

type Capabilities = Answer<"show_lock">["capabilities"];

interface CodeFieldsProps {
  readonly code: Signal<string>;
  readonly capabilities: Capabilities;
  another(): void;
}

/** The digits of a code, thrown or typed. They are kept in memory only. */
export function CodeFields({ code, capabilities, another }: CodeFieldsProps) {
  const { codes } = texts.value.locks;
  const { minPinLength, maxPinLength } = capabilities;
  const isTooEasy = code.value !== "" && isTrivialCode(code.value);
  return (
    <div class="code-field">
      <Field
        label={codes.code}
        value={code.value}
        keyboard="numeric"
        autocomplete="off"
        maxLength={maxPinLength}
        hint={isTooEasy ? codes.trivial : codes.digits(minPinLength, maxPinLength)}
        onValue={(value) => {
          code.value = value.replaceAll(/\D/g, "");
        }}
      />
      <button type="button" class="button" onClick={another}>
        {codes.another}
      </button>
    </div>
  );
}

/** Returns whether the lock takes a code, and nobody tries it first. */
export function isRightCode(
  code: string,
  { minPinLength, maxPinLength }: Pick<Capabilities, "minPinLength" | "maxPinLength">,
): boolean {
  const isFitting = code.length >= minPinLength && code.length <= maxPinLength;
  return isFitting && /^\d+$/.test(code) && !isTrivialCode(code);
}
