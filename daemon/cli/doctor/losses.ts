import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import type { DaemonClient } from "../daemon-client.ts";
import type { Terminal } from "../terminal/terminal.ts";

interface Loss {
  /** What is lost, as sentences for the person who is asked. */
  says(client: DaemonClient, params: JsonObject): Promise<string> | string;
  /** A script may go on without `--yes`: it takes access away, and nothing may hold that up. */
  readonly isRevocation?: true;
}

/** Commands that lose something or move the time, and what a person is told before. */
const losses: Readonly<Record<string, Loss>> = {
  remove_lock: {
    says: async (client, { uuid }) => {
      const { passwords } = await client.command("fetch_passwords", { uuid: uuid ?? "" });
      const count = Array.isArray(passwords) ? passwords.length : 0;
      return `${await nameOf(client, uuid)} is unpaired. Its ${count} passwords, its keys and its settings are gone for good, and nobody can open it from afar until it is paired again. If it cannot be reached, its codes stay in it and go on opening the door.`;
    },
  },
  delete_password: {
    says: async (client, { uuid, password_id: id }) =>
      `Password ${String(id)} of ${await nameOf(client, uuid)} is deleted. Its code stops opening and cannot be brought back.`,
    isRevocation: true,
  },
  delete_unmanaged: {
    says: async (client, { uuid, user_id: user }) =>
      `The code in slot ${String(user)} of ${await nameOf(client, uuid)} is cleared. latchd does not know its digits and cannot bring it back.`,
  },
  del_home: {
    says: (_client, { home_id: home }) =>
      `Home ${String(home)} is deleted with its rooms; the locks in them are unpaired and their codes are gone.`,
  },
  del_room: {
    says: (_client, { room_id: room }) =>
      `Room ${String(room)} is deleted; the locks in it are unpaired and their codes are gone.`,
  },
  client_remove: {
    says: (_client, { client_id: client }) =>
      `Client ${String(client)} is removed: whoever uses its secret can no longer call the API.`,
  },
  callback_remove: {
    says: (_client, { callback_id: callback }) =>
      `Callback ${String(callback)} is removed: its URL gets no more events.`,
  },
  set_clock: {
    says: async (client, { time, source }) => {
      const clock = await client.command("get_clock", {});
      const nowS = Number(clock["time"]);
      const wantedS = time === undefined ? saidBy(clock["sources"], String(source)) : Number(time);
      if (wantedS === null) return `The gateway takes the time that ${String(source)} tells.`;
      const text = (seconds: number) => new Date(seconds * 1000).toISOString();
      const move = `The gateway's time goes from ${text(nowS)} to ${text(wantedS)}.`;
      return wantedS > nowS
        ? `${move} Windows that end before then are over at once, and their codes are cleared.`
        : `${move} Passwords that ended after then are valid again.`;
    },
  },
};

/** Does the command lose something, so that a person is asked first? */
export function losesSomething(command: string): boolean {
  return losses[command] !== undefined;
}

/** Whether to go on. */
export type Consent = "given" | "refused" | "nobodyToAsk";

/**
 * Asks the person at the terminal before something is lost.
 * @param isYes `--yes` was given: nobody is asked
 * @throws DaemonUnreachable
 */
export async function consentTo(
  { command, params, isYes }: { command: string; params: JsonObject; isYes: boolean },
  client: DaemonClient,
  terminal: Terminal,
): Promise<Consent> {
  const loss = losses[command];
  if (loss === undefined || isYes) return "given";
  if (terminal.ask === undefined) return loss.isRevocation === true ? "given" : "nobodyToAsk";
  const text = `${await loss.says(client, params)}\nGo on? [y/N] `.replaceAll(
    /[^\P{Cc}\n]/gu,
    "\u{fffd}",
  );
  const answer = (await terminal.ask(text)).trim().toLowerCase();
  return answer === "y" || answer === "yes" ? "given" : "refused";
}

async function nameOf(client: DaemonClient, uuid: Json | undefined): Promise<string> {
  const { locks } = await client.command("list_locks", {});
  const known: readonly Json[] = Array.isArray(locks) ? locks : [];
  for (const lock of known) {
    if (isJsonObject(lock) && lock["uuid"] === uuid)
      return `Lock "${String(lock["name"])}" (${String(uuid)})`;
  }
  return `Lock ${String(uuid)}`;
}

function saidBy(sources: Json | undefined, name: string): number | null {
  const list: readonly Json[] = Array.isArray(sources) ? sources : [];
  for (const one of list)
    if (isJsonObject(one) && one["source"] === name) return Number(one["time"]);
  return null;
}
