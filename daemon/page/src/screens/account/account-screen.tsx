import { useSignal } from "@preact/signals";
import { lastSignedIn, type SignedIn, signOut } from "../../api/session.ts";
import { chooseTheme, theme, themes } from "../../frame/theme.ts";
import { chooseLanguage, dateTimeText, language, languages, texts } from "../../texts/text.ts";
import { ActionButton } from "../../widgets/action-button.tsx";
import { Confirm } from "../../widgets/confirm.tsx";
import { Choice } from "../../widgets/form.tsx";
import { PassphraseForm } from "./passphrase-form.tsx";
import { SessionList } from "./session-list.tsx";
import { account } from "./texts.ts";
import "../../styles/account.css";

await account.load();

/** `#/me`: who is signed in, here and elsewhere, and what this device prefers. */
export function Screen() {
  const own = lastSignedIn.value;
  const { common, people } = texts.value;
  const text = account.texts.value;
  if (own === null) return <h1>{common.me}</h1>;
  return (
    <>
      <h1>{common.me}</h1>
      <WhoAmI own={own} />
      <h2>{text.settings}</h2>
      <div class="card preferences">
        <Choice
          label={people.language}
          value={language.value}
          options={languages.map((one) => [one, people.languageNames[one]] as const)}
          onValue={(chosen) => void chooseLanguage(chosen)}
        />
        <Choice
          label={text.theme}
          value={theme.value}
          options={themes.map((one) => [one, text.themes[one]] as const)}
          onValue={chooseTheme}
        />
      </div>
      <SessionList />
      {own.kind === "account" && <PassphraseForm />}
    </>
  );
}

function WhoAmI({ own }: { readonly own: SignedIn }) {
  const isAsking = useSignal(false);
  const text = account.texts.value;
  const { name, kind, scope, homes, expires_at } = own;
  return (
    <div class="card">
      <p class="own-name">
        <strong>{name}</strong>
        <span class="hint">
          {text.kinds[kind]} · {texts.value.common.scopes[scope]}
        </span>
      </p>
      {homes !== null && <p>{text.onlyHomes(homes.join(", "))}</p>}
      <p class="hint">{text.endsAt(dateTimeText(expires_at))}</p>
      <div class="buttons">
        <ActionButton kind="primary" act={() => signOut(false)}>
          {text.here}
        </ActionButton>
        <button
          type="button"
          class="button"
          onClick={() => {
            isAsking.value = true;
          }}
        >
          {text.everywhere}
        </button>
      </div>
      {isAsking.value && (
        <Confirm
          title={text.everywhereAsk}
          action={text.everywhere}
          act={() => signOut(true)}
          close={() => {
            isAsking.value = false;
          }}
        >
          <p>{text.everywhereText}</p>
        </Confirm>
      )}
    </div>
  );
}
