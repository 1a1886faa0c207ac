import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useId } from "preact/hooks";
import { Fault } from "./fault.tsx";

interface FormProps {
  readonly children: ComponentChildren;
  /** Text of the button that sends. */
  readonly send: string;
  readonly disabled?: boolean;
  /** What it does; a form whose submit fails keeps everything that was typed. */
  submit(): Promise<unknown>;
}

/** A form that sends once at a time, by its button or by Enter, and shows why it failed. */
export function Form({ children, send, disabled = false, submit }: FormProps) {
  const isBusy = useSignal(false);
  const error = useSignal<Error | null>(null);
  const sent = async (event: Event): Promise<void> => {
    event.preventDefault();
    if (isBusy.value) return;
    isBusy.value = true;
    error.value = null;
    try {
      await submit();
    } catch (cause) {
      error.value = cause instanceof Error ? cause : new Error(String(cause));
    } finally {
      isBusy.value = false;
    }
  };
  return (
    <form onSubmit={(event) => void sent(event)} noValidate>
      {children}
      <Fault error={error.value} />
      <button type="submit" class="button primary" disabled={disabled} aria-busy={isBusy.value}>
        {send}
      </button>
    </form>
  );
}

/** Preact's types of an input depend on its type. */
const inputTypes = {
  text: { type: "text" },
  password: { type: "password" },
  date: { type: "date" },
  time: { type: "time" },
  "datetime-local": { type: "datetime-local" },
  number: { type: "number" },
} as const;

interface FieldProps {
  readonly label: string;
  readonly value: string;
  onValue(value: string): void;
  readonly hint?: string;
  readonly type?: keyof typeof inputTypes;
  /** "numeric" opens the digits of a phone's keyboard. */
  readonly keyboard?: "text" | "numeric";
  readonly autocomplete?: string;
  readonly maxLength?: number;
  readonly required?: boolean;
}

/** One labelled field. */
export function Field({
  label,
  value,
  onValue,
  hint,
  type = "text",
  keyboard,
  ...rest
}: FieldProps) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <input
        id={id}
        {...inputTypes[type]}
        value={value}
        onInput={(event) => onValue(event.currentTarget.value)}
        {...(hint === undefined ? {} : { "aria-describedby": `${id}-hint` })}
        {...(keyboard === undefined ? {} : { inputMode: keyboard })}
        {...rest}
      />
      {hint !== undefined && (
        <div class="hint" id={`${id}-hint`}>
          {hint}
        </div>
      )}
    </div>
  );
}

interface ChoiceProps<T extends string> {
  readonly label: string;
  readonly value: T;
  readonly options: readonly (readonly [T, string])[];
  onValue(value: T): void;
}

/** One labelled choice among a few. */
export function Choice<T extends string>({ label, value, options, onValue }: ChoiceProps<T>) {
  const id = useId();
  return (
    <div class="field">
      <label for={id}>{label}</label>
      <select
        id={id}
        value={value}
        onChange={(event) => {
          const chosen = options[event.currentTarget.selectedIndex];
          if (chosen !== undefined) onValue(chosen[0]);
        }}
      >
        {options.map(([one, text]) => (
          <option key={one} value={one}>
            {text}
          </option>
        ))}
      </select>
    </div>
  );
}
