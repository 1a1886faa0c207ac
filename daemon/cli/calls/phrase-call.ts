import type { JsonObject } from "../../base/json.ts";
import { GatewayError } from "../../core/model/errors.ts";
import type { DaemonClient } from "../daemon-client.ts";
import type { GivenField, PhraseOf } from "../phrase-options.ts";
import type { Session } from "../session.ts";
import { viewOf } from "../views/view.ts";
import { codeFor } from "./code-prompt.ts";
import { isAllowed } from "./consent.ts";
import { Directory } from "./directory.ts";
import { type AnsweredCall, sayDone, sayNext } from "./done-text.ts";
import { gatewayTime } from "./gateway-time.ts";
import { requireOptions, withTypedNames } from "./option-faults.ts";
import { showOutcome } from "./outcome-wait.ts";
import { peopleParams } from "./people-params.ts";

const defaultWaitSeconds = 30;

/** What a person gave with a phrase. */
export interface GivenFields {
  /** As the person named the lock; null = the phrase is about no lock. */
  readonly lock: string | null;
  /** Fields from options and arguments, as text. */
  readonly fields: readonly GivenField[];
  readonly wait?: string | true;
  readonly yes?: boolean;
}

/**
 * Sends the command of a phrase and shows its reply.
 * @throws GatewayError `badParameters`, `notFound`, DaemonUnreachable
 */
export async function callPhrase(
  session: Session,
  of: PhraseOf,
  given: GivenFields,
): Promise<void> {
  const { phrase, command } = of;
  // Checked before anything is sent: a usage error must change nothing.
  const seconds = given.wait === undefined ? null : waitSeconds(given.wait);
  const client = session.client();
  const directory = new Directory(client);
  const lock = given.lock === null ? null : await directory.lock(given.lock, command.isReadOnly);
  if (phrase.bare !== undefined && given.fields.length === 0) {
    session.finish(await client.command(phrase.bare, {}));
    return;
  }
  const time = await gatewayTime(client);
  const params = await peopleParams(of, given.fields, { ...time, directory, lock });
  requireOptions(of, params);
  if (!(await isAllowed(session, { command, params, isYes: given.yes === true }))) return;
  const whole = await codeFor(session.terminal, phrase, params);
  requireOptions(of, whole);
  await bindGateway(client, of, { params: whole, directory });
  const reply = await client.command(command.name, await newestFirst(client, of, whole));
  const call: AnsweredCall = { params: whole, reply, lock, directory, time };
  await showReply(session, of, call);
  if (reply.ErrNo !== 0) return;
  if (seconds === null || (await hasOutcome(session, call, seconds))) {
    await sayNext(session, of, call);
  }
}

/** Commands whose replies have locks, homes or rooms by their ids. */
const showsPlaces: ReadonlySet<string> = new Set(["list_homes", "show_lock", "read_journal"]);

/** Shows the reply, or says what was done. */
async function showReply(session: Session, of: PhraseOf, call: AnsweredCall): Promise<void> {
  if (await sayDone(session, of, call)) return;
  const { reply, directory, time } = call;
  if (session.isJson()) {
    session.finishAsJson(reply);
    return;
  }
  const names = showsPlaces.has(of.command.name) ? await directory.names() : new Map();
  const view = viewOf(of.command, { timeZone: time.timeZone, names });
  session.finish(withTypedNames(reply, of), view);
}

/** Waits until the lock has carried it out. @returns whether it has */
async function hasOutcome(
  session: Session,
  { params, reply, lock, time }: AnsweredCall,
  seconds: number,
): Promise<boolean> {
  const id = Number(reply["password_id"] ?? params["password_id"]);
  const named = lock ?? { uuid: String(params["uuid"]), name: String(params["uuid"]) };
  return await showOutcome(session, { ...named, ...time, id }, seconds);
}

/** @throws GatewayError `badParameters` */
function waitSeconds(wait: string | true): number {
  if (wait === true) return defaultWaitSeconds;
  const seconds = Number(wait);
  if (Number.isInteger(seconds) && seconds >= 1 && seconds <= 3600) return seconds;
  throw new GatewayError("badParameters", "--wait: a whole number of seconds from 1 to 3600");
}

/** Commands that give a lock its place. */
const placing: ReadonlySet<string> = new Set(["bind_lock", "move_lock"]);

/** Binds this gateway to the home of a lock that gets a room there: a home without a gateway takes no locks. */
async function bindGateway(
  client: DaemonClient,
  { command }: PhraseOf,
  { params, directory }: { readonly params: JsonObject; readonly directory: Directory },
): Promise<void> {
  const { home_id: homeId } = params;
  if (!placing.has(command.name) || typeof homeId !== "string") return;
  const { hasGateway } = await directory.home(homeId);
  if (!hasGateway) await client.command("bind_center", { home_id: homeId });
}

/** The activity log begins with the oldest line: a person who gives no offset wants the newest ones. */
async function newestFirst(
  client: DaemonClient,
  { command }: PhraseOf,
  params: JsonObject,
): Promise<JsonObject> {
  if (command.name !== "search_device_op_log" || params["offset"] !== undefined) return params;
  const { count: wanted = defaultEntries, ...filter } = params;
  const { count } = await client.command("count_device_op_log", filter);
  return { ...params, offset: Math.max(0, Number(count) - Number(wanted)), count: wanted };
}

/** The number of entries that the command answers with by itself. */
const defaultEntries = 50;
