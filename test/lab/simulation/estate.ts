import type { LockId } from "../../../daemon/core/model/door-lock.ts";
import type { RunningGateway } from "./gateway.ts";
import type { House, Placement } from "./house.ts";
import type { Cloud } from "./life/cloud.ts";
import type { Request } from "./life/cloud-request.ts";
import type { Random } from "./life/random.ts";

const locksPerHome = 4;

/** Homes and rooms: installers bind locks to them, and remove them and their locks again. */
export class Estate {
  readonly #house: House;
  readonly #cloud: Cloud;
  readonly #random: Random;

  constructor(parts: { house: House; cloud: Cloud; random: Random }) {
    this.#house = parts.house;
    this.#cloud = parts.cloud;
    this.#random = parts.random;
  }

  /** Makes the next change that this lock's place still needs. */
  furnish(gateway: RunningGateway, placement: Placement): void {
    const { id: lock } = placement.lock;
    const request = this.#next(gateway, lock);
    if (request !== null && !this.#cloud.isBusy(request.lock)) this.#cloud.send(gateway, request);
  }

  #next({ store }: RunningGateway, lock: LockId): Request | null {
    if (store.get("lock", [lock]) === undefined) return null;
    const { homeId, roomId } = this.#placeOf(lock);
    const estate = (command: string, params: object, of: LockId | null = null): Request => ({
      lock: of,
      command,
      params,
      wish: { kind: "estate" },
    });
    const home = store.get("home", [homeId]);
    if (home === undefined) return estate("add_home", { home_id: homeId });
    if (home.gatewayBoundAtMs === null) return estate("bind_center", { home_id: homeId });
    if (store.get("binding", [lock]) !== undefined) return null;
    const place = { home_id: homeId, room_id: roomId };
    if (store.get("room", [homeId, roomId]) === undefined) {
      return estate("add_room", { ...place, room_name: roomId, room_description: "" });
    }
    return estate("bind_lock", { uuid: lock, ...place }, lock);
  }

  /** Unpairs a lock: alone, with its room, or with everything in its home. */
  giveUp(gateway: RunningGateway, placement: Placement): void {
    const { id: lock } = placement.lock;
    if (gateway.store.get("lock", [lock]) === undefined || this.#cloud.isBusy(lock)) return;
    const isBound = gateway.store.get("binding", [lock]) !== undefined;
    const { homeId, roomId } = this.#placeOf(lock);
    const wish = { kind: "estate" } as const;
    const luck = this.#random.next();
    if (isBound && luck < 0.2) {
      const params = { home_id: homeId };
      this.#cloud.send(gateway, { lock: null, command: "del_home", params, wish });
    } else if (isBound && luck < 0.5) {
      const params = { home_id: homeId, room_id: roomId };
      this.#cloud.send(gateway, { lock, command: "del_room", params, wish });
    } else {
      this.#cloud.send(gateway, { lock, command: "remove_lock", params: { uuid: lock }, wish });
    }
  }

  #placeOf(lock: LockId): { readonly homeId: string; readonly roomId: string } {
    const index = [...this.#house.placements.keys()].indexOf(lock);
    return { homeId: `home ${Math.floor(index / locksPerHome)}`, roomId: `room ${index}` };
  }
}
