import type { Signal } from "@preact/signals";
import type { ComponentChildren } from "preact";

interface ToggleButtonProps {
  /** Whether what the button opens is shown. */
  readonly isOpen: Signal<boolean>;
  readonly kind?: "primary" | "plain";
  readonly children: ComponentChildren;
}

/** A button that shows and hides the form below it. */
export function ToggleButton({ isOpen, kind = "plain", children }: ToggleButtonProps) {
  return (
    <button
      type="button"
      class={kind === "primary" ? "button primary" : "button"}
      aria-expanded={isOpen.value}
      onClick={() => {
        isOpen.value = !isOpen.value;
      }}
    >
      {children}
    </button>
  );
}
