import { type Signal, useSignal } from "@preact/signals";
import { type Answer, call } from "../../../api/call.ts";
import { isPassphrase, passphraseLength } from "../../../api/limits.ts";
import type { Scope } from "../../../api/session.ts";
import { texts } from "../../../texts/text.ts";
import { useDraft } from "../../../widgets/draft.ts";
import { Choice, Field, Form } from "../../../widgets/form.tsx";
import { household } from "../texts.ts";
import { HomeChoice, type HomeNames } from "./home-choice.tsx";

type Account = Answer<"account_list">["accounts"][number];

const scopes: readonly Scope[] = ["manager", "steward", "installer", "technician"];

function scopeOf(text: string): Scope {
  return scopes.find((one) => one === text) ?? "technician";
}

interface AddAccountProps {
  readonly homes: HomeNames;
  added(): Promise<void>;
}

export function AddAccount({ homes, added }: AddAccountProps) {
  const name = useDraft("account.name");
  const scope = useSignal<Scope>("installer");
  const passphrase = useSignal("");
  const chosen = useSignal<readonly string[]>([]);
  const { people: text } = household.texts.value;
  const submit = async (): Promise<void> => {
    const isLimited = scope.value === "installer" && chosen.value.length > 0;
    await call("account_add", {
      name: name.value.trim(),
      scope: scope.value,
      passphrase: passphrase.value,
      ...(isLimited ? { homes: [...chosen.value] } : {}),
    });
    name.value = "";
    await added();
  };
  return (
    <section class="card" aria-label={text.addAccount}>
      <Form
        send={text.addAccount}
        disabled={name.value.trim() === "" || !isPassphrase(passphrase.value)}
        submit={submit}
      >
        <Field
          label={text.name}
          value={name.value}
          onValue={(value) => {
            name.value = value;
          }}
          maxLength={64}
          autocomplete="off"
        />
        <ScopeChoice scope={scope} />
        {scope.value === "installer" && <HomeChoice homes={homes} chosen={chosen} />}
        <Passphrase
          label={text.passphrase}
          hint={text.passphraseHint(passphraseLength.min)}
          passphrase={passphrase}
        />
      </Form>
    </section>
  );
}

interface EditAccountProps {
  readonly account: Account;
  readonly homes: HomeNames;
  done(): Promise<void>;
}

export function EditAccount({ account, homes, done }: EditAccountProps) {
  const scope = useSignal<Scope>(scopeOf(account.scope));
  const passphrase = useSignal("");
  const chosen = useSignal<readonly string[]>(account.homes ?? []);
  const { people: text } = household.texts.value;
  const submit = async (): Promise<void> => {
    const isInstaller = scope.value === "installer";
    await call("account_update", {
      name: account.name,
      scope: scope.value,
      ...(passphrase.value === "" ? {} : { passphrase: passphrase.value }),
      ...(isInstaller ? { homes: chosen.value.length === 0 ? null : [...chosen.value] } : {}),
    });
    passphrase.value = "";
    await done();
  };
  return (
    <section class="person-editor" aria-label={text.editTitle(account.name)}>
      <Form
        send={texts.value.common.save}
        disabled={passphrase.value !== "" && !isPassphrase(passphrase.value)}
        submit={submit}
      >
        <ScopeChoice scope={scope} />
        {scope.value === "installer" && <HomeChoice homes={homes} chosen={chosen} />}
        <Passphrase label={text.newPassphrase} hint={text.keepPassphrase} passphrase={passphrase} />
        <p class="hint">{text.changeEnds}</p>
      </Form>
    </section>
  );
}

function ScopeChoice({ scope }: { readonly scope: Signal<Scope> }) {
  const { people: text } = household.texts.value;
  return (
    <>
      <Choice
        label={text.scope}
        value={scope.value}
        options={scopes.map((one) => [one, texts.value.common.scopes[one]] as const)}
        onValue={(value) => {
          scope.value = value;
        }}
      />
      <p class="hint under-field">{text.scopeHints[scope.value]}</p>
    </>
  );
}

interface PassphraseProps {
  readonly label: string;
  readonly hint: string;
  readonly passphrase: Signal<string>;
}

/** A secret: it stays in memory, and goes with the form. */
function Passphrase({ label, hint, passphrase }: PassphraseProps) {
  return (
    <Field
      label={label}
      hint={hint}
      type="password"
      value={passphrase.value}
      onValue={(value) => {
        passphrase.value = value;
      }}
      maxLength={passphraseLength.max}
      autocomplete="new-password"
    />
  );
}
