import { type Answer, call } from "../../api/call.ts";
import { type Place, placesOf } from "../locks/homes.ts";

type Homes = Answer<"list_homes">["homes"];

/** What somebody chose, or typed, as the place of a lock. */
export type PlaceWish =
  | { readonly kind: "nowhere" }
  | { readonly kind: "known"; readonly place: Place }
  | { readonly kind: "newRoom"; readonly homeId: string; readonly roomName: string }
  | { readonly kind: "newHome"; readonly homeName: string; readonly roomName: string };

/** Returns every place that is free or has this lock; homes without a gateway get this one when they are chosen. */
export function freePlaces(homes: Homes, uuid: string): readonly Place[] {
  const all = homes.map((home) => ({ ...home, has_gateway: 1 as const }));
  return placesOf({ ErrNo: 0, ErrMsg: "", homes: all }).filter(
    ({ lock }) => lock === null || lock === uuid,
  );
}

export function placeKey({ homeId, roomId }: Place): string {
  return JSON.stringify([homeId, roomId]);
}

/** Ids of the home and the room that a lock's step makes. They stay the same until the step has succeeded. */
export interface NewIds {
  readonly home: string;
  readonly room: string;
}

/**
 * Makes what is missing of the place, and moves the lock to it. What was made stays when a later call fails: the next
 * try has the same ids, finds it, and gives it the names that are typed now.
 * @returns the place; null = nowhere
 * @throws Refusal, Unreachable
 */
export async function settle(
  uuid: string,
  wish: PlaceWish,
  ids: NewIds,
): Promise<{ readonly homeId: string; readonly roomId: string | null } | null> {
  if (wish.kind === "nowhere") return null;
  const { homes } = await call("list_homes", {});
  const homeId = await homeOf(wish, ids, homes);
  const home = homes.find(({ home_id }) => home_id === homeId);
  if (home?.has_gateway !== 1) await call("bind_center", { home_id: homeId });
  const roomId = await roomOf(wish, { homeId, roomId: ids.room }, home?.rooms ?? []);
  await call("move_lock", {
    uuid,
    home_id: homeId,
    ...(roomId === null ? {} : { room_id: roomId }),
  });
  return { homeId, roomId };
}

type WishedPlace = Exclude<PlaceWish, { kind: "nowhere" }>;

async function homeOf(wish: WishedPlace, ids: NewIds, homes: Homes): Promise<string> {
  if (wish.kind === "known") return wish.place.homeId;
  if (wish.kind === "newRoom") return wish.homeId;
  const there = homes.find(({ home_id }) => home_id === ids.home);
  const named = { home_id: ids.home, home_name: wish.homeName };
  if (there === undefined) await call("add_home", named);
  else if (there.home_name !== wish.homeName) await call("update_home", named);
  return ids.home;
}

async function roomOf(
  wish: WishedPlace,
  { homeId, roomId }: { readonly homeId: string; readonly roomId: string },
  rooms: Homes[number]["rooms"],
): Promise<string | null> {
  if (wish.kind === "known") return wish.place.roomId;
  if (wish.roomName === "") return null;
  const there = rooms.find(({ room_id }) => room_id === roomId);
  const named = {
    ...{ home_id: homeId, room_id: roomId },
    ...{ room_name: wish.roomName, room_description: "" },
  };
  if (there === undefined) await call("add_room", named);
  else if (there.room_name !== wish.roomName) await call("update_room", named);
  return roomId;
}

/** Not of the name, which may change, and be that of two. crypto.randomUUID is missing on plain HTTP. */
export function newId(kind: "home" | "room"): string {
  const bytes = crypto.getRandomValues(new Uint8Array(6));
  return `${kind}-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}
