import { useSignal } from "@preact/signals";
import { call } from "../../../api/call.ts";
import { mayAs } from "../../../api/session.ts";
import { texts } from "../../../texts/text.ts";
import { Confirm } from "../../../widgets/confirm.tsx";
import { useDraft } from "../../../widgets/draft.ts";
import { Field, Form } from "../../../widgets/form.tsx";
import { household } from "../texts.ts";
import type { Home } from "./home.ts";
import { freeId } from "./ids.ts";

interface RoomListProps {
  readonly home: Home;
  /** Names of the locks by uuid. */
  readonly names: ReadonlyMap<string, string>;
  refresh(): Promise<void>;
}

type Room = Home["rooms"][number];

/** The outer door and the rooms of a home, with the lock of each. */
export function RoomList({ home, names, refresh }: RoomListProps) {
  const { homes: text } = household.texts.value;
  return (
    <>
      <ul class="plain rooms">
        <li>
          <span>{text.outerDoor}</span>
          <LockAt lock={home.outer_lock} names={names} />
        </li>
        {home.rooms.map((room) => (
          <RoomRow key={room.room_id} home={home} room={room} names={names} refresh={refresh} />
        ))}
      </ul>
      {mayAs("manager") && <AddRoom home={home} refresh={refresh} />}
    </>
  );
}

interface LockAtProps {
  readonly lock: string | null;
  readonly names: ReadonlyMap<string, string>;
}

function LockAt({ lock, names }: LockAtProps) {
  if (lock === null) return <span class="quiet">{household.texts.value.homes.noLock}</span>;
  return <a href={`#/locks/${lock}`}>{names.get(lock) ?? lock}</a>;
}

function RoomRow({ home, room, names, refresh }: RoomListProps & { readonly room: Room }) {
  const isEditing = useSignal(false);
  const { homes: text } = household.texts.value;
  const { common } = texts.value;
  const name = room.room_name === "" ? room.room_id : room.room_name;
  return (
    <li>
      <span>{name}</span>
      <LockAt lock={room.lock} names={names} />
      {mayAs("manager") && (
        <button
          type="button"
          class="button"
          aria-label={`${common.edit}: ${text.roomNamed(name)}`}
          aria-expanded={isEditing.value}
          onClick={() => {
            isEditing.value = !isEditing.value;
          }}
        >
          {common.edit}
        </button>
      )}
      {isEditing.value && (
        <RoomEditor
          home={home}
          room={room}
          done={async () => {
            isEditing.value = false;
            await refresh();
          }}
        />
      )}
    </li>
  );
}

interface RoomEditorProps {
  readonly home: Home;
  readonly room: Room;
  done(): Promise<void>;
}

function RoomEditor({ home, room, done }: RoomEditorProps) {
  const name = useSignal(room.room_name);
  const isAsking = useSignal(false);
  const { homes: text } = household.texts.value;
  const { common } = texts.value;
  const address = { home_id: home.home_id, room_id: room.room_id };
  return (
    <div class="room-editor">
      <Form
        send={common.save}
        submit={async () => {
          await call("update_room", {
            ...address,
            room_name: name.value.trim(),
            room_description: "",
          });
          await done();
        }}
      >
        <Field
          label={text.roomName}
          value={name.value}
          onValue={(value) => {
            name.value = value;
          }}
          maxLength={128}
          autocomplete="off"
        />
      </Form>
      <button
        type="button"
        class="button"
        onClick={() => {
          isAsking.value = true;
        }}
      >
        {common.delete}
      </button>
      {isAsking.value && (
        <Confirm
          title={text.deleteAsk(text.roomNamed(room.room_name))}
          action={common.delete}
          act={async () => {
            await call("del_room", address);
            await done();
          }}
          close={() => {
            isAsking.value = false;
          }}
        >
          <p>{room.lock === null ? text.roomLoss : text.roomLockLoss}</p>
        </Confirm>
      )}
    </div>
  );
}

function AddRoom({ home, refresh }: Omit<RoomListProps, "names">) {
  const name = useDraft(`room.${home.home_id}`);
  const { homes: text } = household.texts.value;
  return (
    <div class="add-room">
      <Form
        send={text.addRoom}
        disabled={name.value.trim() === ""}
        submit={async () => {
          const taken = [home.home_id, ...home.rooms.map((room) => room.room_id)];
          await call("add_room", {
            home_id: home.home_id,
            room_id: freeId(name.value, taken),
            room_name: name.value.trim(),
            room_description: "",
          });
          name.value = "";
          await refresh();
        }}
      >
        <Field
          label={text.roomName}
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
