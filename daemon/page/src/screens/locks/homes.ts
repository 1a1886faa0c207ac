import type { Answer } from "../../api/call.ts";
import { texts } from "./texts.ts";

/** Where a lock is, or can be. */
export interface Place {
  readonly homeId: string;
  /** Null = the outer door. */
  readonly roomId: string | null;
  readonly text: string;
  /** The lock that is there; null = none. */
  readonly lock: string | null;
}

/** Returns every place of the homes that this gateway serves. */
export function placesOf({ homes }: Answer<"list_homes">): readonly Place[] {
  return homes
    .filter(({ has_gateway }) => has_gateway === 1)
    .flatMap(({ home_id: homeId, home_name, outer_lock, rooms }) => {
      const home = home_name === "" ? homeId : home_name;
      const outer = { homeId, roomId: null, text: `${home} · ${texts.value.locks.outerDoor}` };
      return [
        { ...outer, lock: outer_lock },
        ...rooms.map(({ room_id: roomId, room_name, lock }) => {
          const room = room_name === "" ? roomId : room_name;
          return { homeId, roomId, text: `${home} · ${room}`, lock };
        }),
      ];
    });
}
