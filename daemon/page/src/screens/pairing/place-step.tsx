import { type Answer, call } from "../../api/call.ts";
import { useCommand } from "../../api/command-state.ts";
import { mayAs } from "../../api/session.ts";
import { useDraft } from "../../widgets/draft.ts";
import { Fault } from "../../widgets/fault.tsx";
import { Choice, Field, Form } from "../../widgets/form.tsx";
import { Status } from "../../widgets/status.tsx";
import { freePlaces, newId, type PlaceWish, placeKey, settle } from "./places.ts";
import { texts } from "./texts.ts";
import { noteLock, type PairedLock } from "./wizard.ts";

const nowhere = "";
const newRoom = "new room";
const newHome = "new home";

/** The lock's name, and where it is. A manager may add the room and the home here. */
export function PlaceStep({ lock }: { readonly lock: PairedLock }) {
  const homes = useCommand("list_homes", {}, { everyMs: 30_000 });
  const { common } = texts.value;
  const answer = homes.answer.value;
  if (answer === null) {
    return homes.error.value === null ? (
      <p>{common.loading}</p>
    ) : (
      <Fault error={homes.error.value} />
    );
  }
  return <PlaceForm lock={lock} homes={answer.homes} refresh={homes.refresh} />;
}

interface PlaceFormProps {
  readonly lock: PairedLock;
  readonly homes: Answer<"list_homes">["homes"];
  refresh(): Promise<void>;
}

function PlaceForm({ lock, homes, refresh }: PlaceFormProps) {
  const draft = (part: string) => useDraft(`pairing.${part}.${lock.uuid}`);
  const typedName = draft("name");
  const chosen = draft("place");
  const inHome = draft("home");
  const roomName = draft("room");
  const homeName = draft("newHome");
  const newHomeId = draft("newHomeId");
  const newRoomId = draft("newRoomId");
  const { pairing, common } = texts.value;
  const free = freePlaces(homes, lock.uuid);
  const homeId = inHome.value === "" ? (homes[0]?.home_id ?? "") : inHome.value;
  const wish = wishOf(
    { chosen: chosen.value, homeId, room: roomName.value.trim(), home: homeName.value.trim() },
    free,
  );
  // The room's name is the lock's, until somebody types another.
  const name = typedName.value === "" ? suggestedName(wish, homes) : typedName.value;
  const isMissing =
    (wish.kind === "newRoom" && wish.roomName === "") ||
    (wish.kind === "newHome" && wish.homeName === "");
  const submit = async (): Promise<void> => {
    const given = name.trim();
    try {
      await call("rename_lock", { uuid: lock.uuid, name: given });
      if (newHomeId.value === "") newHomeId.value = newId("home");
      if (newRoomId.value === "") newRoomId.value = newId("room");
      const ids = { home: newHomeId.value, room: newRoomId.value };
      const settled = await settle(lock.uuid, wish, ids);
      for (const id of [newHomeId, newRoomId]) id.value = "";
      const text = settled === null ? "" : placeText(wish, homes);
      noteLock({ name: given, place: text }, "administrator");
    } finally {
      await refresh();
    }
  };
  return (
    <Form send={common.next} disabled={name.trim() === "" || isMissing} submit={submit}>
      <h2>{pairing.place}</h2>
      <p>
        <Status level="ok">
          {pairing.tookOver}: {lock.make}
        </Status>
      </p>
      {lock.codesFound > 0 && (
        <p>
          <Status level="warn">{pairing.codesFound(lock.codesFound)}</Status>
        </p>
      )}
      <Choice
        label={pairing.where}
        value={chosen.value}
        options={[
          [nowhere, pairing.nowhere],
          ...free.map((one) => [placeKey(one), one.text] as const),
          ...(mayAs("manager") && homes.length > 0 ? [[newRoom, pairing.newRoom] as const] : []),
          ...(mayAs("manager") ? [[newHome, pairing.newHome] as const] : []),
        ]}
        onValue={(value) => {
          chosen.value = value;
        }}
      />
      {wish.kind === "newHome" && (
        <Field
          label={pairing.homeName}
          value={homeName.value}
          maxLength={128}
          autocomplete="off"
          onValue={(value) => {
            homeName.value = value;
          }}
        />
      )}
      {wish.kind === "newRoom" && homes.length > 1 && (
        <Choice
          label={pairing.inHome}
          value={homeId}
          options={homes.map((home) => [home.home_id, home.home_name || home.home_id] as const)}
          onValue={(value) => {
            inHome.value = value;
          }}
        />
      )}
      {(wish.kind === "newRoom" || wish.kind === "newHome") && (
        <Field
          label={wish.kind === "newRoom" ? pairing.roomName : pairing.roomOfHome}
          value={roomName.value}
          maxLength={128}
          autocomplete="off"
          onValue={(value) => {
            roomName.value = value;
          }}
        />
      )}
      <Field
        label={pairing.name}
        value={name}
        maxLength={128}
        autocomplete="off"
        onValue={(value) => {
          typedName.value = value;
        }}
      />
    </Form>
  );
}

interface Typed {
  readonly chosen: string;
  readonly homeId: string;
  readonly room: string;
  readonly home: string;
}

function wishOf(
  { chosen, homeId, room, home }: Typed,
  free: ReturnType<typeof freePlaces>,
): PlaceWish {
  if (chosen === newRoom) return { kind: "newRoom", homeId, roomName: room };
  if (chosen === newHome) return { kind: "newHome", homeName: home, roomName: room };
  const place = free.find((one) => placeKey(one) === chosen);
  return place === undefined ? { kind: "nowhere" } : { kind: "known", place };
}

/** Returns the name of the room, or of the home for its outer door. */
function suggestedName(wish: PlaceWish, homes: PlaceFormProps["homes"]): string {
  const parts = placeText(wish, homes).split(" · ");
  const isOuter =
    (wish.kind === "known" && wish.place.roomId === null) ||
    (wish.kind === "newHome" && wish.roomName === "");
  return (isOuter ? parts[0] : parts.at(-1)) ?? "";
}

/** Returns the place as people call it: home and room. */
function placeText(wish: PlaceWish, homes: PlaceFormProps["homes"]): string {
  const { outerDoor } = texts.value.pairing;
  switch (wish.kind) {
    case "nowhere":
      return "";
    case "known":
      return wish.place.text;
    case "newRoom": {
      const home = homes.find(({ home_id }) => home_id === wish.homeId);
      return `${home?.home_name || wish.homeId} · ${wish.roomName}`;
    }
    case "newHome":
      return `${wish.homeName} · ${wish.roomName === "" ? outerDoor : wish.roomName}`;
  }
}
