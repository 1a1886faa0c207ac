import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { session, signIn } from "../api/session.ts";
import { chooseLanguage, language, languages, texts } from "../texts/text.ts";
import { Fault } from "../widgets/fault.tsx";
import { Choice, Field, Form } from "../widgets/form.tsx";

/** The secret in the address of `latchctl page`: a pass, or the code of the first set-up. */
type LinkSecret = { readonly pass: string } | { readonly setup: string };

/** Takes the secret out of the address, so that neither the history nor a screenshot keeps it. */
function takeLinkSecret(): LinkSecret | null {
  const found = /^#(pass|setup)=([A-Za-z0-9_-]{1,128})$/.exec(location.hash);
  if (found === null) return null;
  history.replaceState(null, "", "#/");
  const secret = found[2] ?? "";
  return found[1] === "pass" ? { pass: secret } : { setup: secret };
}

let linkSecret = takeLinkSecret();

/** Signs in: with a pass from a link, with name and passphrase, or, at the first start, makes the first account. */
export function SignInPanel() {
  const error = useSignal<Error | null>(null);
  useEffect(() => {
    if (linkSecret === null || !("pass" in linkSecret)) return;
    const given = linkSecret;
    linkSecret = null;
    signIn(given).catch((cause: unknown) => {
      error.value = cause instanceof Error ? cause : new Error(String(cause));
    });
  }, []);
  return (
    <div class="sign-in">
      <h1>latchd</h1>
      <Fault error={error.value} />
      {session.value.state === "setup" ? <SetUp /> : <SignInForm />}
      <Choice
        label={texts.value.people.language}
        value={language.value}
        options={languages.map((one) => [one, texts.value.people.languageNames[one]] as const)}
        onValue={(chosen) => void chooseLanguage(chosen)}
      />
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
  const setup = useSignal(linkSecret !== null && "setup" in linkSecret ? linkSecret.setup : "");
  const name = useSignal("");
  const passphrase = useSignal("");
  const { people } = texts.value;
  return (
    <Form
      send={people.makeFirstAccount}
      submit={() =>
        signIn({ setup: setup.value.trim(), name: name.value.trim(), passphrase: passphrase.value })
      }
    >
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
        hint={people.passphraseHint}
        autocomplete="new-password"
      />
    </Form>
  );
}
