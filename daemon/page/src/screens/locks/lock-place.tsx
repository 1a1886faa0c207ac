import { useSignal } from "@preact/signals";
import { call } from "../../api/call.ts";
import { useCommand } from "../../api/command-state.ts";
import { mayRelease } from "../../api/session.ts";
import { go } from "../../router.ts";
import { Confirm } from "../../widgets/confirm.tsx";
import { useDraft } from "../../widgets/draft.ts";
import { Choice, Field, Form } from "../../widgets/form.tsx";
import { type Place, placesOf } from "./homes.ts";
import type { LockProps } from "./lock-words.ts";
import { notice } from "./notice.ts";
import { texts } from "./texts.ts";

/** Name, home and room of a lock, and the end of it all: unpairing. */
export function LockPlace({ lock, refresh }: LockProps) {
  return (
    <section>
      <h2>{texts.value.locks.place}</h2>
      <div class="cards">
        <Rename lock={lock} refresh={refresh} />
        <Move lock={lock} refresh={refresh} />
      </div>
      <Unpair lock={lock} refresh={refresh} />
    </section>
  );
}

function Rename({ lock, refresh }: LockProps) {
  const name = useDraft(`lock-name.${lock.uuid}`, lock.name);
  return (
    <div class="card">
      <Form
        send={texts.value.locks.rename}
        disabled={name.value.trim() === "" || name.value.trim() === lock.name}
        submit={async () => {
          await call("rename_lock", { uuid: lock.uuid, name: name.value.trim() });
          await refresh();
        }}
      >
        <Field
          label={texts.value.locks.name}
          value={name.value}
          onValue={(value) => {
            name.value = value;
          }}
          maxLength={128}
          autocomplete="off"
        />
      </Form>
    </div>
  );
}

const nowhere = "";

function Move({ lock, refresh }: LockProps) {
  const homes = useCommand("list_homes", {}, { everyMs: 60_000, isAffectedBy: () => false });
  const { locks } = texts.value;
  const places = homes.answer.value === null ? [] : placesOf(homes.answer.value);
  const now = places.find(({ lock: there }) => there === lock.uuid) ?? null;
  const chosen = useSignal<string | null>(null);
  const value = chosen.value ?? (now === null ? nowhere : keyOf(now));
  const free = places.filter((place) => place.lock === null || place === now);
  const wanted = free.find((place) => keyOf(place) === value) ?? null;
  return (
    <div class="card">
      <Form
        send={locks.move}
        disabled={wanted === now}
        submit={async () => {
          await moved(lock.uuid, wanted);
          await Promise.all([homes.refresh(), refresh()]);
        }}
      >
        <Choice
          label={locks.placeOf}
          value={value}
          options={[
            ...(now === null || mayRelease.value ? [[nowhere, locks.nowhere] as const] : []),
            ...free.map((place) => [keyOf(place), place.text] as const),
          ]}
          onValue={(key) => {
            chosen.value = key;
          }}
        />
      </Form>
    </div>
  );
}

function keyOf({ homeId, roomId }: Place): string {
  return JSON.stringify([homeId, roomId]);
}

async function moved(uuid: string, to: Place | null): Promise<void> {
  if (to === null) {
    await call("unbind_lock", { uuid });
    return;
  }
  const room = to.roomId === null ? {} : { room_id: to.roomId };
  await call("move_lock", { uuid, home_id: to.homeId, ...room });
}

function Unpair({ lock }: LockProps) {
  const isAsking = useSignal(false);
  const { locks } = texts.value;
  return (
    <>
      <button
        type="button"
        class="button danger outline"
        onClick={() => {
          isAsking.value = true;
        }}
      >
        {locks.unpair}
      </button>
      {isAsking.value && (
        <Confirm
          title={locks.unpairAsk(lock.name)}
          action={locks.unpair}
          typed={lock.name}
          act={async () => {
            const { was_told } = await call("remove_lock", { uuid: lock.uuid, confirm: true });
            notice.value =
              was_told === 1 ? locks.unpaired(lock.name) : locks.unpairedAway(lock.name);
            go("/locks");
          }}
          close={() => {
            isAsking.value = false;
          }}
        >
          <p>{locks.unpairText}</p>
          <p>{locks.typeName}</p>
        </Confirm>
      )}
    </>
  );
}
