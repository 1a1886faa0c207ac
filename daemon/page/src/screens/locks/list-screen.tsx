import { useSignal } from "@preact/signals";
import { useCommand } from "../../api/command-state.ts";
import { mayAs } from "../../api/session.ts";
import { Fault } from "../../widgets/fault.tsx";
import { Field } from "../../widgets/form.tsx";
import { Status } from "../../widgets/status.tsx";
import { placesOf } from "./homes.ts";
import { batteryWords, boltWords, heardText, type ListedLock, troubles } from "./lock-words.ts";
import { notice } from "./notice.ts";
import { texts } from "./texts.ts";
import "../../styles/locks.css";

/** From this many locks on the list has a search. */
const searchFrom = 6;

/** Flat 10 comes after flat 9. */
const inWords = new Intl.Collator(undefined, { numeric: true });

/** Locks without a place come last. */
function byPlace(one: string, other: string): number {
  return Number(one === "") - Number(other === "") || inWords.compare(one, other);
}

/** `#/locks`: every lock in a row, what is wrong with it at first sight. */
export function Screen() {
  const read = useCommand("list_locks", {}, { everyMs: 10_000 });
  const homes = useCommand("list_homes", {}, { everyMs: 60_000, isAffectedBy: () => false });
  const wanted = useSignal("");
  const isOnlyTroubled = useSignal(false);
  const { locks: text, common } = texts.value;
  const answer = read.answer.value;
  if (answer === null) {
    return (
      <>
        <h1>{common.locks}</h1>
        {read.error.value === null ? <p>{common.loading}</p> : <Fault error={read.error.value} />}
      </>
    );
  }
  const places = new Map(
    (homes.answer.value === null ? [] : placesOf(homes.answer.value)).map((one) => [
      one.lock,
      one.text,
    ]),
  );
  const all = answer.locks.map((lock) => ({
    lock,
    place: places.get(lock.uuid) ?? "",
    found: troubles(lock),
  }));
  const troubled = all.filter(({ found }) => found.length > 0).length;
  const word = wanted.value.trim().toLowerCase();
  const shown = all
    .filter(({ found }) => !isOnlyTroubled.value || found.length > 0)
    .filter(({ lock, place }) => `${lock.name} ${place} ${lock.uuid}`.toLowerCase().includes(word))
    .sort((a, b) => byPlace(a.place, b.place) || inWords.compare(a.lock.name, b.lock.name));
  return (
    <>
      <div class="title-row">
        <h1>{common.locks}</h1>
        {mayAs("installer") && (
          <a class="button primary" href="#/pair">
            {text.pairLock}
          </a>
        )}
      </div>
      <div role="status">{notice.value !== "" && <p class="card">{notice.value}</p>}</div>
      <Fault error={read.error.value} />
      {all.length >= searchFrom && (
        <div class="filters">
          <Field
            label={text.search}
            value={wanted.value}
            onValue={(value) => {
              wanted.value = value;
            }}
            autocomplete="off"
          />
          {troubled > 0 && (
            <button
              type="button"
              class="button"
              aria-pressed={isOnlyTroubled.value}
              onClick={() => {
                isOnlyTroubled.value = !isOnlyTroubled.value;
              }}
            >
              {text.troubled(troubled)}
            </button>
          )}
        </div>
      )}
      {all.length === 0 && <p class="card">{text.noLocks}</p>}
      {all.length > 0 && shown.length === 0 && <p>{text.nothingFits}</p>}
      <ul class="rows">
        {shown.map(({ lock, place, found }) => (
          <LockRow key={lock.uuid} lock={lock} place={place} found={found} />
        ))}
      </ul>
      {answer.found.length > 0 && (
        <p class="card">
          <Status level="warn">{text.strangers(answer.found.length)}</Status>
        </p>
      )}
    </>
  );
}

interface LockRowProps {
  readonly lock: ListedLock;
  readonly place: string;
  readonly found: ReturnType<typeof troubles>;
}

function LockRow({ lock, place, found }: LockRowProps) {
  const bolt = boltWords(lock);
  const battery = batteryWords(lock);
  const besides = found.filter(({ text }) => text !== bolt.text && text !== battery.text);
  return (
    <li>
      <a class="row" href={`#/locks/${lock.uuid}`}>
        <span class="who">
          <strong>{lock.name}</strong>
          <span class="quiet">{place === "" ? lock.uuid : place}</span>
        </span>
        <Status level={bolt.level}>{bolt.text}</Status>
        <span class="quiet facts">
          {battery.level === "ok" || battery.level === "off" ? (
            <span>
              {texts.value.locks.battery} {battery.text}
            </span>
          ) : (
            <Status level={battery.level}>{battery.text}</Status>
          )}
          <span>{heardText(lock)}</span>
        </span>
        {besides.length > 0 && (
          <span class="troubles">
            {besides.map(({ level, text }) => (
              <Status key={text} level={level}>
                {text}
              </Status>
            ))}
          </span>
        )}
      </a>
    </li>
  );
}
