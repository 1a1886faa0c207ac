import { useSignal } from "@preact/signals";
import { useCommand } from "../../api/command-state.ts";
import { FindingList } from "../../findings/finding-list.tsx";
import { Field, Form } from "../../widgets/form.tsx";
import { type JoiningWish, joiningWish } from "./joining-wish.ts";
import { LazyScanner } from "./scan/lazy-scanner.tsx";
import { texts } from "./texts.ts";
import { Unfinished } from "./unfinished.tsx";
import { goTo, wizard } from "./wizard.ts";

/** The camera needs a secure context; a photo needs none. */
const hasCamera = navigator.mediaDevices !== undefined;

function begin(wish: JoiningWish): void {
  joiningWish.value = wish;
  goTo("joining");
}

/** First step: is the radio ready, and how does the lock say who it is? */
export function Ways() {
  const doctor = useCommand("doctor", {}, { everyMs: 5_000 });
  const isScanning = useSignal(false);
  const { pairing } = texts.value;
  const troubles = (doctor.answer.value?.findings ?? []).filter(
    ({ part, state }) => (part === "stick" || part === "network") && state === "bad",
  );
  const found = (text: string): void => begin({ kind: "code", text });
  return (
    <>
      {troubles.length > 0 && (
        <div class="card" role="alert">
          <p>{pairing.radioNotReady}</p>
          <FindingList findings={troubles} />
        </div>
      )}
      <Unfinished />
      <h2>{pairing.how}</h2>
      <p class="hint">{pairing.howHint}</p>
      {isScanning.value ? (
        <LazyScanner
          found={found}
          stop={() => {
            isScanning.value = false;
          }}
        />
      ) : (
        <div class="ways">
          {hasCamera ? (
            <button
              type="button"
              class="button primary"
              onClick={() => {
                isScanning.value = true;
              }}
            >
              {pairing.scan}
            </button>
          ) : (
            <p class="hint">{pairing.noCamera}</p>
          )}
          <Photo found={found} />
        </div>
      )}
      <TypedCode found={found} />
      <div class="card">
        <button type="button" class="button" onClick={() => begin({ kind: "any" })}>
          {pairing.noCode}
        </button>
        <p class="hint under">{pairing.noCodeHint}</p>
      </div>
      {wizard.value.done.length > 0 && (
        <button type="button" class="button" onClick={() => goTo("sheet")}>
          {pairing.finish}
        </button>
      )}
    </>
  );
}

interface FoundProps {
  found(text: string): void;
}

/** A photo works in every browser, plain HTTP included. */
function Photo({ found }: FoundProps) {
  const isBusy = useSignal(false);
  const isMissed = useSignal(false);
  const { pairing } = texts.value;
  const read = async (input: HTMLInputElement): Promise<void> => {
    const [file] = input.files ?? [];
    if (file === undefined) return;
    isBusy.value = true;
    isMissed.value = false;
    try {
      const { readPicture } = await import("./scan/qr-reader.ts");
      const text = await readPicture(file);
      if (text === null) isMissed.value = true;
      else found(text);
    } catch {
      // Some phones give a picture of a kind that the reader does not know.
      isMissed.value = true;
    } finally {
      isBusy.value = false;
      input.value = "";
    }
  };
  return (
    <>
      <label class="button file" aria-busy={isBusy.value}>
        {pairing.photo}
        <input
          type="file"
          accept="image/*"
          capture="environment"
          onChange={(event) => void read(event.currentTarget)}
        />
      </label>
      <p role="status">{isMissed.value ? pairing.notFound : ""}</p>
    </>
  );
}

function TypedCode({ found }: FoundProps) {
  // An install code is a key: it is not kept over a reload.
  const code = useSignal("");
  const { pairing } = texts.value;
  return (
    <div class="card">
      <Form
        send={pairing.useCode}
        disabled={code.value.trim() === ""}
        submit={async () => {
          const text = code.value.trim();
          code.value = "";
          found(text);
        }}
      >
        <Field
          label={pairing.code}
          value={code.value}
          hint={pairing.codeHint}
          autocomplete="off"
          maxLength={256}
          onValue={(value) => {
            code.value = value;
          }}
        />
      </Form>
    </div>
  );
}
