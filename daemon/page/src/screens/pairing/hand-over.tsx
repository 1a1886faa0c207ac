import { nowS } from "../../api/gateway-time.ts";
import { lastSignedIn } from "../../api/session.ts";
import { go } from "../../router.ts";
import { dateTimeText, texts } from "../../texts/text.ts";
import { endVisit, goTo, wizard } from "./wizard.ts";

/** The sheet that stays with the owner: what was paired where, without a code. */
export function HandOver() {
  const { pairing, common } = texts.value;
  const { done } = wizard.value;
  const person = lastSignedIn.value;
  return (
    <div class="hand-over">
      <p>{pairing.sheetIntro(person?.gateway ?? "", dateTimeText(nowS()))}</p>
      <div class="scroll">
        <table>
          <thead>
            <tr>
              <th scope="col">{pairing.lock}</th>
              <th scope="col">{pairing.placeColumn}</th>
              <th scope="col">{pairing.make}</th>
              <th scope="col">{pairing.setColumn}</th>
              <th scope="col">{pairing.tried}</th>
            </tr>
          </thead>
          <tbody>
            {done.map((lock) => (
              <tr key={lock.uuid}>
                <td>
                  {lock.name}
                  <div class="hint mono">{lock.uuid}</div>
                </td>
                <td>{lock.place === "" ? common.none : lock.place}</td>
                <td>{lock.make}</td>
                <td>{lock.hasAdministrator ? pairing.isSet : pairing.isNotSet}</td>
                <td>{lock.isTried ? common.yes : common.no}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
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
