import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { Fault } from "./fault.tsx";

interface ActionButtonProps {
  readonly children: ComponentChildren;
  /** "primary" for the one thing that a screen is for, "danger" for what cannot be undone. */
  readonly kind?: "primary" | "danger" | "plain";
  readonly disabled?: boolean;
  /** What a screen reader says instead, where several buttons have the same text. */
  readonly label?: string;
  act(): Promise<unknown>;
}

/** A button that works until its action has ended, and shows why it failed. One press at a time. */
export function ActionButton({
  children,
  kind = "plain",
  disabled = false,
  label,
  act,
}: ActionButtonProps) {
  const isBusy = useSignal(false);
  const error = useSignal<Error | null>(null);
  const press = async (): Promise<void> => {
    if (isBusy.value) return;
    isBusy.value = true;
    error.value = null;
    try {
      await act();
    } catch (cause) {
      error.value = cause instanceof Error ? cause : new Error(String(cause));
    } finally {
      isBusy.value = false;
    }
  };
  return (
    <>
      <button
        type="button"
        class={`button ${kind}`}
        disabled={disabled}
        aria-busy={isBusy.value}
        {...(label === undefined ? {} : { "aria-label": label })}
        onClick={() => void press()}
      >
        {children}
      </button>
      <Fault error={error.value} />
    </>
  );
}
