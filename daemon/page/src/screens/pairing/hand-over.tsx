import type { ComponentChildren } from "preact";
import { nowS } from "../../api/gateway-time.ts";
import { lastSignedIn } from "../../api/session.ts";
import { go } from "../../router.ts";
import { dateTimeText } from "../../texts/text.ts";
import { Status } from "../../widgets/status.tsx";
import { texts } from "./texts.ts";
import { endVisit, goTo, wizard } from "./wizard.ts";

/** The sheet that stays with the owner: what was paired where, without a code. */
export function HandOver() {
  const { pairing, common } = texts.value;
  const { done } = wizard.value;
  const person = lastSignedIn.value;
  return (
    <div class="hand-over">
      <p>{pairing.sheetIntro(person?.gateway ?? "", dateTimeText(nowS()))}</p>
      {done.length === 0 && <p>{pairing.nothingDone}</p>}
      <ol class="sheet">
        {done.map((lock) => (
          <li key={lock.uuid}>
            <h2>{lock.name}</h2>
            <dl>
              <Fact name={pairing.placeColumn}>{lock.place === "" ? common.none : lock.place}</Fact>
              <Fact name={pairing.make}>
                {lock.make} <span class="hint mono">{lock.uuid}</span>
              </Fact>
              <Fact name={pairing.setColumn}>
                <Status level={lock.hasAdministrator ? "ok" : "off"}>
                  {lock.hasAdministrator ? pairing.isSet : pairing.isNotSet}
                </Status>
              </Fact>
              <Fact name={pairing.tried}>
                <Status level={lock.isTried ? "ok" : "off"}>
                  {lock.isTried ? common.yes : common.no}
                </Status>
              </Fact>
            </dl>
          </li>
        ))}
      </ol>
      <p class="signature">
        {pairing.installer}: {person?.name ?? ""}
        <span>{pairing.signature}:</span>
      </p>
      <div class="buttons no-print">
        <button type="button" class="button primary" onClick={() => print()}>
          {pairing.print}
        </button>
        <button type="button" class="button" onClick={() => goTo("ways")}>
          {pairing.another}
        </button>
        <button
          type="button"
          class="button"
          onClick={() => {
            endVisit();
            go("/locks");
          }}
        >
          {common.done}
        </button>
      </div>
    </div>
  );
}

function Fact({ name, children }: { readonly name: string; readonly children: ComponentChildren }) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>{children}</dd>
    </div>
  );
}
