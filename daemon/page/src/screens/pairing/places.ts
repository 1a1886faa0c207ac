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

/**
 * Makes what is missing of the place, and binds the lock to it. What was made stays when a later call fails: the
 * next try finds it among the places.
 * @returns the place; null = nowhere
 * @throws Refusal, Unreachable
 */
export async function settle(
  uuid: string,
  wish: PlaceWish,
  homes: Homes,
): Promise<{ readonly homeId: string; readonly roomId: string | null } | null> {
  if (wish.kind === "nowhere") return null;
  if (wish.kind === "known" && wish.place.lock === uuid) return wish.place;
  const homeId = await homeOf(wish);
  if (homes.find(({ home_id }) => home_id === homeId)?.has_gateway !== 1) {
    await call("bind_center", { home_id: homeId });
  }
  const roomId = await roomOf(wish, homeId);
  await call("bind_lock", {
    uuid,
    home_id: homeId,
    ...(roomId === null ? {} : { room_id: roomId }),
  });
  return { homeId, roomId };
}

async function homeOf(wish: Exclude<PlaceWish, { kind: "nowhere" }>): Promise<string> {
  if (wish.kind === "known") return wish.place.homeId;
  if (wish.kind === "newRoom") return wish.homeId;
  const homeId = newId("home");
  await call("add_home", { home_id: homeId, home_name: wish.homeName });
  return homeId;
}

async function roomOf(
  wish: Exclude<PlaceWish, { kind: "nowhere" }>,
  homeId: string,
): Promise<string | null> {
  if (wish.kind === "known") return wish.place.roomId;
  if (wish.roomName === "") return null;
  const roomId = newId("room");
  await call("add_room", {
    home_id: homeId,
    room_id: roomId,
    room_name: wish.roomName,
    room_description: "",
  });
  return roomId;
}

/** Not of the name, which may change, and be that of two. crypto.randomUUID is missing on plain HTTP. */
function newId(kind: string): string {
  const bytes = crypto.getRandomValues(new Uint8Array(6));
  return `${kind}-${Array.from(bytes, (byte) => byte.toString(16).padStart(2, "0")).join("")}`;
}
