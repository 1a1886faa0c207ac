import { useSignal } from "@preact/signals";
import { texts } from "../texts.ts";
import { CodeState } from "./code-card.tsx";
import { type Code, validityText } from "./code-words.ts";

/** A code that was just made. Its digits are shown here and nowhere else. */
export interface Made {
  readonly id: number;
  readonly digits: string;
  readonly name: string;
}

interface MadeCodeProps {
  readonly uuid: string;
  readonly made: Made;
  /** Its state as the gateway lists it; null = not read yet. */
  readonly code: Code | null;
  again(): void;
}

export function MadeCode({ uuid, made, code, again }: MadeCodeProps) {
  const isCopied = useSignal(false);
  const { locks, common } = texts.value;
  const { codes } = locks;
  return (
    <section class="card made">
      {made.name !== "" && <strong>{made.name}</strong>}
      <output class="digits mono" aria-label={codes.code}>
        {made.digits}
      </output>
      {code !== null && (
        <>
          <div>{validityText(code)}</div>
          <CodeState code={code} />
        </>
      )}
      <p class="hint">{codes.shownOnce}</p>
      <div class="buttons">
        <a class="button primary" href={`#/locks/${uuid}/codes`}>
          {common.done}
        </a>
        {isSecureContext && (
          <button
            type="button"
            class="button"
            onClick={async () => {
              await navigator.clipboard.writeText(made.digits);
              isCopied.value = true;
            }}
          >
            {isCopied.value ? codes.copied : codes.copy}
          </button>
        )}
        <button type="button" class="button" onClick={again}>
          {codes.oneMore}
        </button>
      </div>
    </section>
  );
}
