import type { JsonObject } from "../../base/json.ts";
import { GatewayError } from "../../core/model/errors.ts";
import type { DaemonClient } from "../daemon-client.ts";
import { objects } from "../doctor/objects.ts";

/** A lock as people name it. */
export interface KnownLock {
  readonly uuid: string;
  readonly name: string;
}

export interface KnownHome {
  readonly homeId: string;
  readonly name: string;
  readonly hasGateway: boolean;
}

export interface KnownRoom {
  readonly homeId: string;
  readonly roomId: string;
  readonly name: string;
}

/** Limit of the names in a message. */
const namesShown = 6;

const administratorId = "999";
const grantId = /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/;

/**
 * Finds what a person means by a name. Names, ids and addresses must be whole; only a command that changes nothing
 * takes a part of a lock's name: no door may open, and no lock be unpaired, because its name has a few letters.
 */
export class Directory {
  readonly #client: DaemonClient;
  #locks: Promise<readonly JsonObject[]> | null = null;
  #homes: Promise<readonly JsonObject[]> | null = null;

  constructor(client: DaemonClient) {
    this.#client = client;
  }

  /**
   * Finds a lock by its address in any printed form, its name, its room, or its home for the outer door.
   * @throws GatewayError `notFound`, or `badParameters` where the text fits several locks or is not whole
   */
  async lock(text: string, isPartEnough: boolean): Promise<KnownLock> {
    const address = addressOf(text);
    const locks = (await this.locks()).map(lockOf);
    if (address !== null) {
      return locks.find(({ uuid }) => uuid === address) ?? { uuid: address, name: address };
    }
    const wanted = plainName(text);
    const inRooms = await this.#locksInRooms(wanted);
    const exact = locks.filter(({ name, uuid }) => plainName(name) === wanted || inRooms.has(uuid));
    const like = wanted === "" ? [] : locks.filter(({ name }) => plainName(name).includes(wanted));
    const found = exact.length > 0 ? exact : like;
    const [lock, ...others] = found;
    if (lock === undefined) throw notFound("lock", text, locks);
    if (exact.length === 0 && !isPartEnough) {
      const why = "a command that changes something needs the whole name, or the address";
      const message = `lock: no lock is named "${text}" (there is ${quotedNames(like)}); ${why}`;
      throw new GatewayError("badParameters", message, { field: "lock" });
    }
    if (others.length > 0) {
      const names = found.map(({ name, uuid }) => `${name} (${uuid})`).join(", ");
      const message = `lock: "${text}" fits several: ${names}; give the address`;
      throw new GatewayError("badParameters", message, { field: "lock" });
    }
    return lock;
  }

  /** @throws GatewayError `notFound`, or `badParameters` where the name is that of several */
  async home(text: string): Promise<KnownHome> {
    const homes = (await this.homes()).map(homeOf);
    const wanted = plainName(text);
    const byId = homes.filter(({ homeId }) => homeId === text.trim());
    const found = byId.length > 0 ? byId : homes.filter(({ name }) => plainName(name) === wanted);
    const [home, ...others] = found;
    if (home === undefined) throw notFound("home", text, homes);
    if (others.length === 0) return home;
    const ids = found.map(({ homeId }) => homeId).join(", ");
    const message = `home: "${text}" is the name of several: give one of the ids ${ids}`;
    throw new GatewayError("badParameters", message, { field: "home" });
  }

  /**
   * @param homeId the room's home; null = any
   * @throws GatewayError `notFound`, or `badParameters` where several homes have such a room
   */
  async room(text: string, homeId: string | null): Promise<KnownRoom> {
    const homes = (await this.homes()).filter(
      (home) => homeId === null || home["home_id"] === homeId,
    );
    const rooms = homes.flatMap((home) => objects(home["rooms"]).map((room) => roomOf(home, room)));
    const wanted = plainName(text);
    const byId = rooms.filter(({ roomId }) => roomId === text.trim());
    const found = byId.length > 0 ? byId : rooms.filter(({ name }) => plainName(name) === wanted);
    const [room, ...others] = found;
    if (room === undefined) throw notFound("room", text, rooms);
    if (others.length === 0) return room;
    const where = found.map((one) => `${one.roomId} of home ${one.homeId}`).join(", ");
    const message = `room: "${text}" fits several: ${where}; give --home, or the id`;
    throw new GatewayError("badParameters", message, { field: "room" });
  }

  /**
   * Finds a password of a lock by its id, its name, or the word for the administrator's.
   * @returns the id as text; what is no name and no id stays as it is, and the command names the fault
   */
  async password(uuid: string, text: string): Promise<string> {
    if (/^[0-9]+$/.test(text)) return text;
    const wanted = plainName(text);
    if (wanted === "admin" || wanted === "administrator") return administratorId;
    const { passwords } = await this.#client.command("fetch_passwords", { uuid });
    const list = objects(passwords);
    const found = list.filter(({ name }) => plainName(String(name)) === wanted);
    const [password, ...others] = found;
    if (password === undefined) {
      const named = list.map(({ name, id }) => ({
        name: id === Number(administratorId) ? "administrator" : `${String(name)} (${String(id)})`,
      }));
      throw notFound("password", text, named);
    }
    if (others.length === 0) return String(password["id"]);
    const ids = found.map(({ id }) => String(id)).join(", ");
    const message = `password: "${text}" is the name of several: give one of the ids ${ids}`;
    throw new GatewayError("badParameters", message, { field: "password" });
  }

  /**
   * Finds a grant by its id, or by the person where that person has one grant that is not revoked.
   * @throws GatewayError `notFound`, or `badParameters` where the person has several
   */
  async grant(text: string): Promise<string> {
    if (grantId.test(text.trim())) return text.trim();
    const { grants } = await this.#client.command("grant_list", { person: text });
    const found = objects(grants).filter((grant) => grant["revoked_at"] === null);
    const [grant, ...others] = found;
    if (grant === undefined) {
      const all = await this.#client.command("grant_list", {});
      const people = objects(all["grants"]).map(({ person }) => ({ name: String(person) }));
      throw notFound("grant", text, people);
    }
    if (others.length === 0) return String(grant["grant_id"]);
    const ids = found.map((one) => String(one["grant_id"])).join(", ");
    const message = `grant: "${text}" has several: give one of the ids ${ids}`;
    throw new GatewayError("badParameters", message, { field: "grant" });
  }

  /** Returns the names of locks and homes by their ids, and of rooms by `home/room`. */
  async names(): Promise<ReadonlyMap<string, string>> {
    const names = (await this.locks()).map(lockOf).map(({ uuid, name }) => [uuid, name] as const);
    const homes = (await this.homes()).flatMap((home) => {
      const { homeId, name } = homeOf(home);
      const rooms = objects(home["rooms"]).map((room) => roomOf(home, room));
      return [
        [homeId, name] as const,
        ...rooms.map((room) => [`${homeId}/${room.roomId}`, room.name] as const),
      ];
    });
    return new Map([...names, ...homes]);
  }

  async locks(): Promise<readonly JsonObject[]> {
    this.#locks ??= this.#list("list_locks", "locks");
    return await this.#locks;
  }

  async homes(): Promise<readonly JsonObject[]> {
    this.#homes ??= this.#list("list_homes", "homes");
    return await this.#homes;
  }

  async #list(command: string, name: string): Promise<readonly JsonObject[]> {
    const reply = await this.#client.command(command, {});
    return objects(reply[name]);
  }

  /** Returns the locks that are bound to a room, or to the outer door of a home, of this name or id. */
  async #locksInRooms(wanted: string): Promise<ReadonlySet<string>> {
    const isMeant = (...names: readonly unknown[]) =>
      names.some((name) => wanted !== "" && plainName(String(name)) === wanted);
    const locks = (await this.homes()).flatMap((home) => [
      isMeant(home["home_name"], home["home_id"]) ? home["outer_lock"] : null,
      ...objects(home["rooms"]).map((room) =>
        isMeant(room["room_name"], room["room_id"]) ? room["lock"] : null,
      ),
    ]);
    return new Set(locks.filter((lock) => typeof lock === "string"));
  }
}

/** Returns the address that a text is in one of the forms that are printed on locks, or null. */
export function addressOf(text: string): string | null {
  const bare = text.replaceAll(/[\s:.-]/g, "").toLowerCase();
  const digits = /^(?:0x)?([0-9a-f]{16})$/.exec(bare)?.[1];
  return digits === undefined ? null : `0x${digits}`;
}

/** Returns a name as it is compared: without a difference of capitals, spaces and forms of accents. */
export function plainName(text: string): string {
  return text.normalize("NFC").trim().toLowerCase().replaceAll(/\s+/g, " ");
}

function notFound(
  kind: string,
  text: string,
  known: readonly { readonly name: string }[],
): GatewayError {
  const there = known.length === 0 ? `there is no ${kind} yet` : `there is ${quotedNames(known)}`;
  return new GatewayError("notFound", `${kind}: there is no ${kind} "${text}"; ${there}`, {
    field: kind,
  });
}

function quotedNames(known: readonly { readonly name: string }[]): string {
  const shown = known.slice(0, namesShown).map(({ name }) => `"${name}"`);
  const more = known.length - shown.length;
  return `${shown.join(", ")}${more > 0 ? ` and ${more} more` : ""}`;
}

function lockOf({ uuid, name }: JsonObject): KnownLock {
  return { uuid: String(uuid), name: String(name) };
}

function homeOf(home: JsonObject): KnownHome {
  const homeId = String(home["home_id"]);
  const name = String(home["home_name"]);
  return { homeId, name: name === "" ? homeId : name, hasGateway: home["has_gateway"] === 1 };
}

function roomOf(home: JsonObject, room: JsonObject): KnownRoom {
  const roomId = String(room["room_id"]);
  const name = String(room["room_name"]);
  return { homeId: String(home["home_id"]), roomId, name: name === "" ? roomId : name };
}
