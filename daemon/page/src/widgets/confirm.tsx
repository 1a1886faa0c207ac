import { useSignal } from "@preact/signals";
import type { ComponentChildren } from "preact";
import { useEffect, useId, useRef } from "preact/hooks";
import { texts } from "../texts/text.ts";
import { ActionButton } from "./action-button.tsx";
import { Field } from "./form.tsx";

interface ConfirmProps {
  readonly title: string;
  readonly children: ComponentChildren;
  /** Text of the button that does it. */
  readonly action: string;
  /** A word that the person must type first, such as the lock's name. */
  readonly typed?: string;
  act(): Promise<unknown>;
  close(): void;
}

/** Asks before something that cannot be undone. Escape and "cancel" do nothing. */
export function Confirm({ title, children, action, typed, act, close }: ConfirmProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const id = useId();
  const word = useSignal("");
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  return (
    <dialog ref={dialog} aria-labelledby={id} onClose={close}>
      <h2 id={id}>{title}</h2>
      {children}
      {typed !== undefined && (
        <Field
          label={typed}
          value={word.value}
          onValue={(value) => {
            word.value = value;
          }}
          autocomplete="off"
        />
      )}
      <div class="buttons">
        <button type="button" class="button" onClick={close}>
          {texts.value.common.cancel}
        </button>
        <ActionButton
          kind="danger"
          disabled={typed !== undefined && word.value.trim() !== typed}
          act={async () => {
            await act();
            close();
          }}
        >
          {action}
        </ActionButton>
      </div>
    </dialog>
  );
}
