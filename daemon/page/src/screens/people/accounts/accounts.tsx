import { useSignal } from "@preact/signals";
import { type Answer, call } from "../../../api/call.ts";
import { useCommand } from "../../../api/command-state.ts";
import { lastSignedIn } from "../../../api/session.ts";
import { texts } from "../../../texts/text.ts";
import { Confirm } from "../../../widgets/confirm.tsx";
import { Fault } from "../../../widgets/fault.tsx";
import { ToggleButton } from "../../../widgets/toggle-button.tsx";
import { household } from "../texts.ts";
import { AddAccount, EditAccount } from "./account-forms.tsx";
import { type HomeNames, homesText } from "./home-choice.tsx";

type Account = Answer<"account_list">["accounts"][number];

interface AccountsProps {
  readonly homes: HomeNames;
}

export function Accounts({ homes }: AccountsProps) {
  const read = useCommand("account_list", {});
  const isAdding = useSignal(false);
  const { people: text } = household.texts.value;
  const accounts = read.answer.value?.accounts ?? [];
  return (
    <section aria-labelledby="accounts">
      <div class="headline-row section-head">
        <div>
          <h2 id="accounts">{text.accounts}</h2>
          <div class="hint">{text.accountsIntro}</div>
        </div>
        <ToggleButton isOpen={isAdding}>{text.addAccount}</ToggleButton>
      </div>
      <Fault error={read.error.value} />
      {isAdding.value && (
        <AddAccount
          homes={homes}
          added={async () => {
            isAdding.value = false;
            await read.refresh();
          }}
        />
      )}
      {accounts.length > 0 && (
        <ul class="plain person-list card">
          {accounts.map((account) => (
            <AccountRow key={account.name} account={account} homes={homes} refresh={read.refresh} />
          ))}
        </ul>
      )}
    </section>
  );
}

interface AccountRowProps extends AccountsProps {
  readonly account: Account;
  refresh(): Promise<void>;
}

function AccountRow({ account, homes, refresh }: AccountRowProps) {
  const isEditing = useSignal(false);
  const isAsking = useSignal(false);
  const { people: text } = household.texts.value;
  const { scopes } = texts.value.common;
  const { name, scope, sessions } = account;
  const session = lastSignedIn.value;
  const isOwn = session?.kind === "account" && session.name === name;
  const facts = [wordOf(scopes, scope)];
  if (scope === "installer") facts.push(homesText(account.homes, homes));
  if (sessions > 0) facts.push(text.sessions(sessions));
  return (
    <li>
      <div class="person">
        <strong>{isOwn ? `${name} (${text.you})` : name}</strong>
        <span class="quiet block">{facts.join(" · ")}</span>
      </div>
      <div class="person-buttons">
        <button
          type="button"
          class="button"
          aria-label={text.editTitle(name)}
          aria-expanded={isEditing.value}
          onClick={() => {
            isEditing.value = !isEditing.value;
          }}
        >
          {text.edit}
        </button>
        {!isOwn && (
          <button
            type="button"
            class="button"
            aria-label={`${text.remove} ${name}`}
            onClick={() => {
              isAsking.value = true;
            }}
          >
            {text.remove}
          </button>
        )}
      </div>
      {isEditing.value && (
        <EditAccount
          account={account}
          homes={homes}
          done={async () => {
            isEditing.value = false;
            await refresh();
          }}
        />
      )}
      {isAsking.value && (
        <Confirm
          title={text.removeAsk(name)}
          action={text.remove}
          act={async () => {
            await call("account_remove", { name });
            await refresh();
          }}
          close={() => {
            isAsking.value = false;
          }}
        >
          <p>{text.removeText}</p>
        </Confirm>
      )}
    </li>
  );
}

function wordOf(words: Readonly<Record<string, string>>, word: string): string {
  return words[word] ?? word;
}
