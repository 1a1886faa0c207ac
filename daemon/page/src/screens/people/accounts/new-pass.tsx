import { useSignal } from "@preact/signals";
import { useEffect, useRef } from "preact/hooks";
import type { Answer } from "../../../api/call.ts";
import { dateTimeText, texts } from "../../../texts/text.ts";
import { household } from "../texts.ts";
import { QrCode } from "./qr-code.tsx";

interface NewPassProps {
  readonly pass: Answer<"pass_add">;
  close(): void;
}

/** The link of a new pass, this once: the gateway keeps only its hash. */
export function NewPass({ pass, close }: NewPassProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const isCopied = useSignal(false);
  const { people: text } = household.texts.value;
  useEffect(() => {
    dialog.current?.showModal();
  }, []);
  return (
    <dialog ref={dialog} aria-labelledby="new-pass" onClose={close} class="new-pass">
      <h2 id="new-pass">{text.passTitle}</h2>
      <p>{text.passOnce}</p>
      <QrCode text={pass.url} label={text.qr} />
      <p class="link mono">{pass.url}</p>
      <p>{text.ends(dateTimeText(pass.expires_at))}</p>
      {pass.fingerprint !== null && (
        <details>
          <summary>{text.fingerprint}</summary>
          <p class="mono">{pass.fingerprint}</p>
        </details>
      )}
      {pass.other_urls.length > 0 && (
        <details>
          <summary>{text.otherLinks}</summary>
          <ul class="plain mono">
            {pass.other_urls.map((url) => (
              <li key={url}>{url}</li>
            ))}
          </ul>
        </details>
      )}
      <div class="buttons">
        {"clipboard" in navigator && (
          <button
            type="button"
            class="button"
            onClick={() => {
              void navigator.clipboard.writeText(pass.url).then(() => {
                isCopied.value = true;
              });
            }}
          >
            <span role="status">{isCopied.value ? text.copied : text.copyLink}</span>
          </button>
        )}
        <button type="button" class="button primary" onClick={() => dialog.current?.close()}>
          {texts.value.common.done}
        </button>
      </div>
    </dialog>
  );
}
