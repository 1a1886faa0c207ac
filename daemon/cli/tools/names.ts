import type { DaemonClient } from "../daemon-client.ts";
import { objects } from "../doctor/objects.ts";

/**
 * Returns the names of the locks, rooms or homes, one a line, for the completion of a shell.
 * @throws DaemonUnreachable
 */
export async function namesOf(client: DaemonClient, kind: string): Promise<string> {
  const names = kind === "lock" ? await lockNames(client) : await placeNames(client, kind);
  return [...new Set(names)].map((name) => `${name}\n`).join("");
}

async function lockNames(client: DaemonClient): Promise<readonly string[]> {
  const { locks } = await client.command("list_locks", {});
  return objects(locks).map(({ name }) => String(name));
}

async function placeNames(client: DaemonClient, kind: string): Promise<readonly string[]> {
  const { homes } = await client.command("list_homes", {});
  const named = (name: unknown, id: unknown) => String(name === "" ? id : name);
  return objects(homes).flatMap((home) =>
    kind === "home"
      ? [named(home["home_name"], home["home_id"])]
      : objects(home["rooms"]).map((room) => named(room["room_name"], room["room_id"])),
  );
}
