import { useSignal } from "@preact/signals";
import { type Answer, call } from "../../api/call.ts";
import { useCommand } from "../../api/command-state.ts";
import { mayAs } from "../../api/session.ts";
import { texts } from "../../texts/text.ts";
import { useDraft } from "../../widgets/draft.ts";
import { Fault } from "../../widgets/fault.tsx";
import { Choice, Field, Form } from "../../widgets/form.tsx";
import { type Place, placesOf } from "../locks/homes.ts";
import { noteLock, type PairedLock } from "./wizard.ts";

const nowhere = "";
const newRoom = "new";

/** The lock's name, and where it is. A manager may add the room here. */
export function PlaceStep({ lock }: { readonly lock: PairedLock }) {
  const homes = useCommand("list_homes", {}, { everyMs: 30_000 });
  const name = useDraft(`pairing.name.${lock.uuid}`);
  const room = useDraft(`pairing.room.${lock.uuid}`);
  const chosen = useSignal(nowhere);
  const homeId = useSignal<string | null>(null);
  const { pairing, common } = texts.value;
  const answer = homes.answer.value;
  if (answer === null) {
    return homes.error.value === null ? (
      <p>{common.loading}</p>
    ) : (
      <Fault error={homes.error.value} />
    );
  }
  const free = placesOf(answer).filter((place) => place.lock === null || place.lock === lock.uuid);
  const own = answer.homes.filter(({ has_gateway }) => has_gateway === 1);
  const newHome = homeId.value ?? own[0]?.home_id ?? null;
  const isNewRoom = chosen.value === newRoom;
  const place = free.find((one) => keyOf(one) === chosen.value) ?? null;
  const submit = async (): Promise<void> => {
    await call("rename_lock", { uuid: lock.uuid, name: name.value.trim() });
    const target =
      isNewRoom && newHome !== null ? await roomMade(newHome, room.value.trim(), own) : place;
    if (target !== null) await bound(lock.uuid, target);
    noteLock({ name: name.value.trim(), place: target?.text ?? "" }, "administrator");
  };
  return (
    <Form
      send={common.next}
      disabled={name.value.trim() === "" || (isNewRoom && room.value.trim() === "")}
      submit={submit}
    >
      <h2>
        {pairing.place} <span class="hint">{lock.make}</span>
      </h2>
      <Field
        label={pairing.name}
        value={name.value}
        maxLength={128}
        autocomplete="off"
        onValue={(value) => {
          name.value = value;
        }}
      />
      <Choice
        label={pairing.where}
        value={chosen.value}
        options={[
          [nowhere, pairing.nowhere],
          ...free.map((one) => [keyOf(one), one.text] as const),
          ...(mayAs("manager") && own.length > 0 ? [[newRoom, pairing.newRoom] as const] : []),
        ]}
        onValue={(value) => {
          chosen.value = value;
        }}
      />
      {isNewRoom && (
        <>
          <Field
            label={pairing.roomName}
            value={room.value}
            maxLength={128}
            autocomplete="off"
            onValue={(value) => {
              room.value = value;
            }}
          />
          {own.length > 1 && (
            <Choice
              label={pairing.inHome}
              value={newHome ?? ""}
              options={own.map((home) => [home.home_id, home.home_name || home.home_id] as const)}
              onValue={(value) => {
                homeId.value = value;
              }}
            />
          )}
        </>
      )}
    </Form>
  );
}

async function roomMade(
  homeId: string,
  roomName: string,
  homes: Answer<"list_homes">["homes"],
): Promise<Place> {
  const { room_id: roomId } = await call("add_room", {
    home_id: homeId,
    room_id: roomName.slice(0, 64),
    room_name: roomName,
    room_description: "",
  });
  const home = homes.find(({ home_id }) => home_id === homeId);
  return {
    homeId,
    roomId,
    text: `${home?.home_name || homeId} · ${roomName}`,
    lock: null,
  };
}

async function bound(uuid: string, { homeId, roomId, lock }: Place): Promise<void> {
  if (lock === uuid) return;
  const room = roomId === null ? {} : { room_id: roomId };
  await call("bind_lock", { uuid, home_id: homeId, ...room });
}

function keyOf({ homeId, roomId }: Place): string {
  return JSON.stringify([homeId, roomId]);
}
