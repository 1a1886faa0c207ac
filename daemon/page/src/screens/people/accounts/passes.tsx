import { useSignal } from "@preact/signals";
import { type Answer, call } from "../../../api/call.ts";
import { useCommand } from "../../../api/command-state.ts";
import { nowS } from "../../../api/gateway-time.ts";
import { relativeText } from "../../../texts/text.ts";
import { Confirm } from "../../../widgets/confirm.tsx";
import { useDraft } from "../../../widgets/draft.ts";
import { Fault } from "../../../widgets/fault.tsx";
import { Choice, Field, Form } from "../../../widgets/form.tsx";
import { ToggleButton } from "../../../widgets/toggle-button.tsx";
import { household } from "../texts.ts";
import { HomeChoice, type HomeNames, homesText } from "./home-choice.tsx";
import { NewPass } from "./new-pass.tsx";

type Pass = Answer<"pass_list">["passes"][number];

interface PassesProps {
  readonly homes: HomeNames;
}

/** Passes: a link lets an installer in once, for a short time. */
export function Passes({ homes }: PassesProps) {
  const read = useCommand("pass_list", {});
  const isAdding = useSignal(false);
  const made = useSignal<Answer<"pass_add"> | null>(null);
  const { people: text } = household.texts.value;
  const passes = read.answer.value?.passes ?? [];
  return (
    <section aria-labelledby="passes">
      <div class="headline-row section-head">
        <div>
          <h2 id="passes">{text.passes}</h2>
          <div class="hint">{text.passesIntro}</div>
        </div>
        <ToggleButton isOpen={isAdding} kind="primary">
          {text.addPass}
        </ToggleButton>
      </div>
      <Fault error={read.error.value} />
      {isAdding.value && (
        <AddPass
          homes={homes}
          added={async (pass) => {
            isAdding.value = false;
            made.value = pass;
            await read.refresh();
          }}
        />
      )}
      {made.value !== null && (
        <NewPass
          pass={made.value}
          close={() => {
            made.value = null;
          }}
        />
      )}
      {passes.length === 0 ? (
        <p class="card quiet">{text.noPasses}</p>
      ) : (
        <ul class="plain person-list card">
          {passes.map((pass) => (
            <PassRow key={pass.pass_id} pass={pass} homes={homes} refresh={read.refresh} />
          ))}
        </ul>
      )}
    </section>
  );
}

interface AddPassProps extends PassesProps {
  added(pass: Answer<"pass_add">): Promise<void>;
}

function AddPass({ homes, added }: AddPassProps) {
  const name = useDraft("pass.name");
  const life = useSignal("14400");
  const chosen = useSignal<readonly string[]>([]);
  const { people: text } = household.texts.value;
  const submit = async (): Promise<void> => {
    const forWhom = name.value.trim();
    const pass = await call("pass_add", {
      life_s: Number(life.value),
      ...(forWhom === "" ? {} : { name: forWhom }),
      ...(chosen.value.length === 0 ? {} : { homes: [...chosen.value] }),
    });
    name.value = "";
    await added(pass);
  };
  return (
    <section class="card" aria-label={text.addPass}>
      <Form send={text.addPass} submit={submit}>
        <Field
          label={text.forWhom}
          value={name.value}
          onValue={(value) => {
            name.value = value;
          }}
          maxLength={64}
          autocomplete="off"
        />
        <Choice
          label={text.life}
          value={life.value}
          options={Object.entries(text.lives)}
          onValue={(value) => {
            life.value = value;
          }}
        />
        <HomeChoice homes={homes} chosen={chosen} />
      </Form>
    </section>
  );
}

interface PassRowProps extends PassesProps {
  readonly pass: Pass;
  refresh(): Promise<void>;
}

function PassRow({ pass, homes, refresh }: PassRowProps) {
  const isAsking = useSignal(false);
  const { people: text } = household.texts.value;
  const now = nowS();
  const facts = [
    pass.used_at === 0 ? text.notUsed : text.used(relativeText(pass.used_at, now)),
    text.ends(relativeText(pass.expires_at, now)),
    homesText(pass.homes, homes),
  ];
  return (
    <li>
      <div class="person">
        <strong>{pass.name}</strong>
        <span class="quiet block">{facts.join(" · ")}</span>
      </div>
      <div class="person-buttons">
        <button
          type="button"
          class="button"
          aria-label={`${text.endPass}: ${pass.name}`}
          onClick={() => {
            isAsking.value = true;
          }}
        >
          {text.endPass}
        </button>
      </div>
      {isAsking.value && (
        <Confirm
          title={text.endPassAsk(pass.name)}
          action={text.endPass}
          act={async () => {
            await call("pass_remove", { pass_id: pass.pass_id });
            await refresh();
          }}
          close={() => {
            isAsking.value = false;
          }}
        >
          <p>{text.endPassText}</p>
        </Confirm>
      )}
    </li>
  );
}
