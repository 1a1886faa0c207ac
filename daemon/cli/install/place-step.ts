import type { JsonObject } from "../../base/json.ts";
import { cleanText } from "../../core/input/plain-text.ts";
import { GatewayError } from "../../core/model/errors.ts";
import { Directory } from "../calls/directory.ts";
import { newId } from "../calls/people-params.ts";
import type { DaemonClient } from "../daemon-client.ts";
import type { Visit, VisitLock } from "./visit.ts";

/** What people call the lock, and its place. */
export interface Placed {
  readonly name: string;
  readonly place: string;
}

const nowhere = "decided later";
/** Limit of homes above the question. */
const homesShown = 12;

/** Asks for the lock's name, home and room, and makes what is missing. @throws DaemonUnreachable */
export async function placeLock(visit: Visit, lock: VisitLock): Promise<Placed> {
  const name = await givenName(visit, lock);
  for (;;) {
    const place = await givenPlace(visit, lock);
    if (place !== null) return { name, place };
  }
}

async function givenName({ session, terminal }: Visit, { uuid, make }: VisitLock): Promise<string> {
  for (;;) {
    const typed = (await terminal.ask(`Name of the lock (Enter = ${make}): `)).trim();
    if (typed === "") return make;
    const reply = await session.client().command("rename_lock", { uuid, name: typed });
    if (reply.ErrNo === 0) return typed;
    session.say(reply.ErrMsg);
  }
}

/** @returns the place in words; null = it was refused, and must be asked again */
async function givenPlace(
  { session, terminal }: Visit,
  { uuid }: VisitLock,
): Promise<string | null> {
  const client = session.client();
  const directory = new Directory(client);
  const homes = (await directory.homes()).map((home) => String(home["home_name"]));
  if (homes.length > 0) session.say(cleanText(`Homes: ${homes.slice(0, homesShown).join(", ")}`));
  const home = (await terminal.ask("Home, a new one is made (Enter = later): ")).trim();
  if (home === "") return nowhere;
  const room = (await terminal.ask("Room (Enter = the home's outer door): ")).trim();
  try {
    const homeId = await homeOf(client, directory, home);
    const place = room === "" ? {} : { room_id: await roomOf(client, directory, { homeId, room }) };
    await done(client, "move_lock", { uuid, home_id: homeId, ...place });
  } catch (cause) {
    if (!(cause instanceof GatewayError)) throw cause;
    session.say(cause.message);
    return null;
  }
  return room === "" ? `outer door of ${home}` : `${room}, ${home}`;
}

/** Returns the id of the home of this name, which is made if there is none, and bound to this gateway. */
async function homeOf(client: DaemonClient, directory: Directory, name: string): Promise<string> {
  const known = await foundOrNull(() => directory.home(name));
  const homeId = known?.homeId ?? newId("home");
  if (known === null) await done(client, "add_home", { home_id: homeId, home_name: name });
  if (known?.hasGateway !== true) await done(client, "bind_center", { home_id: homeId });
  return homeId;
}

async function roomOf(
  client: DaemonClient,
  directory: Directory,
  { homeId, room: name }: { readonly homeId: string; readonly room: string },
): Promise<string> {
  const known = await foundOrNull(() => directory.room(name, homeId));
  if (known !== null) return known.roomId;
  const roomId = newId("room");
  const texts = { room_name: name, room_description: "" };
  await done(client, "add_room", { home_id: homeId, room_id: roomId, ...texts });
  return roomId;
}

async function foundOrNull<T>(find: () => Promise<T>): Promise<T | null> {
  try {
    return await find();
  } catch (cause) {
    if (cause instanceof GatewayError && cause.code === "notFound") return null;
    throw cause;
  }
}

/** Sends a command. @throws GatewayError with the daemon's words when it is refused */
async function done(client: DaemonClient, command: string, params: JsonObject): Promise<void> {
  const reply = await client.command(command, params);
  if (reply.ErrNo !== 0) throw new GatewayError("badParameters", reply.ErrMsg);
}
