import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { isPassphrase, passphraseLength } from "../api/limits.ts";
import { session, signIn } from "../api/session.ts";
import icon from "../icon.svg?url";
import { chooseLanguage, language, languages, texts } from "../texts/text.ts";
import { Fault } from "../widgets/fault.tsx";
import { Choice, Field, Form } from "../widgets/form.tsx";
import { linkSecret } from "./link-secret.ts";

/** Signs in: with a pass from a link, with name and passphrase, or, at the first start, makes the first account. */
export function SignInPanel() {
  const error = useSignal<Error | null>(null);
  const link = linkSecret.value;
  const isPassUsed = useSignal(link !== null && "pass" in link);
  const { people } = texts.value;
  useEffect(() => {
    if (link === null || !("pass" in link)) return;
    linkSecret.value = null;
    error.value = null;
    isPassUsed.value = true;
    signIn(link)
      .catch((cause: unknown) => {
        error.value = cause instanceof Error ? cause : new Error(String(cause));
      })
      .finally(() => {
        isPassUsed.value = false;
      });
  }, [link]);
  return (
    <div class="sign-in">
      <div class="brand">
        <img src={icon} alt="" />
        <h1>latchd</h1>
      </div>
      {error.value !== null && (
        <>
          <Fault error={error.value} />
          <p>{people.passUsed}</p>
        </>
      )}
      {isPassUsed.value ? (
        <p class="waiting" role="status">
          {people.passGoes}
        </p>
      ) : session.value.state === "setup" ? (
        <SetUp />
      ) : (
        <SignInForm />
      )}
      <div class="help">
        <Choice
          label={people.language}
          value={language.value}
          options={languages.map((one) => [one, people.languageNames[one]] as const)}
          onValue={(chosen) => void chooseLanguage(chosen)}
        />
      </div>
    </div>
  );
}

function SignInForm() {
  const name = useSignal("");
  const passphrase = useSignal("");
  const { people } = texts.value;
  return (
    <Form
      send={people.signIn}
      submit={() => signIn({ name: name.value.trim(), passphrase: passphrase.value })}
    >
      <Field
        label={people.name}
        value={name.value}
        onValue={(v) => {
          name.value = v;
        }}
        autocomplete="username"
      />
      <Field
        label={people.passphrase}
        type="password"
        value={passphrase.value}
        onValue={(v) => {
          passphrase.value = v;
        }}
        autocomplete="current-password"
      />
      <p class="hint">{people.howToGetIn}</p>
    </Form>
  );
}

function SetUp() {
  const link = linkSecret.value;
  const setup = useSignal("");
  const name = useSignal("");
  const passphrase = useSignal("");
  const { people } = texts.value;
  useEffect(() => {
    if (link !== null && "setup" in link) setup.value = link.setup;
  }, [link]);
  const isWhole =
    setup.value.trim() !== "" && name.value.trim() !== "" && isPassphrase(passphrase.value);
  return (
    <Form
      send={people.makeFirstAccount}
      disabled={!isWhole}
      submit={() =>
        signIn({ setup: setup.value.trim(), name: name.value.trim(), passphrase: passphrase.value })
      }
    >
      <h2>{people.setUpTitle}</h2>
      <p>{people.setUpIntro}</p>
      <Field
        label={people.setUpCode}
        value={setup.value}
        onValue={(v) => {
          setup.value = v;
        }}
        hint={people.setUpCodeHint}
        autocomplete="off"
      />
      <Field
        label={people.yourName}
        value={name.value}
        onValue={(v) => {
          name.value = v;
        }}
        autocomplete="username"
      />
      <Field
        label={people.passphrase}
        type="password"
        value={passphrase.value}
        onValue={(v) => {
          passphrase.value = v;
        }}
        hint={people.passphraseHint(passphraseLength.min)}
        autocomplete="new-password"
      />
    </Form>
  );
}
