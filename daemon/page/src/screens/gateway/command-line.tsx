import { useSignal } from "@preact/signals";
import { gateway } from "./texts.ts";

/** A command for the gateway's terminal, with a button that copies it where the browser allows that. */
export function CommandLine({ command }: { readonly command: string }) {
  const isCopied = useSignal(false);
  const { copy, copied } = gateway.texts.value;
  return (
    <div class="command-line">
      <code>{command}</code>
      {"clipboard" in navigator && (
        <button
          type="button"
          class="button"
          aria-label={`${copy}: ${command}`}
          onClick={() => {
            void navigator.clipboard.writeText(command).then(() => {
              isCopied.value = true;
            });
          }}
        >
          <span role="status">{isCopied.value ? copied : copy}</span>
        </button>
      )}
    </div>
  );
}
