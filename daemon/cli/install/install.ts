import { cleanText } from "../../core/input/plain-text.ts";
import { GatewayError } from "../../core/model/errors.ts";
import { gatewayTime } from "../calls/gateway-time.ts";
import { objects } from "../doctor/objects.ts";
import type { Session } from "../session.ts";
import { blocksText } from "../terminal/blocks.ts";
import { columnsOf } from "../terminal/terminal.ts";
import { dayAndTimeText } from "../times/time-format.ts";
import { setAdministrator } from "./administrator-step.ts";
import { letIn } from "./joining-step.ts";
import { placeLock } from "./place-step.ts";
import { tryCode } from "./trial-step.ts";
import type { AskingTerminal, Visit, VisitLock } from "./visit.ts";

interface DoneLock extends VisitLock {
  readonly name: string;
  readonly place: string;
  readonly hasAdministrator: boolean;
  readonly isTried: boolean;
}

/**
 * Leads through the installation of lock after lock: radio, joining, name and place, the administrator's code, a try at
 * the keypad, and a summary.
 * @returns whether a lock was installed
 * @throws GatewayError `badParameters` without a terminal, DaemonUnreachable
 */
export async function install(session: Session, seconds: number): Promise<boolean> {
  const visit: Visit = { session, terminal: askingTerminal(session), seconds };
  if (!(await isRadioReady(session))) return false;
  const done: DoneLock[] = [];
  do {
    session.say(`Lock ${done.length + 1}, step 1 of 4: let it in`);
    const lock = await letIn(visit);
    if (lock !== null) done.push(await finish(visit, lock));
  } while (await isAnother(visit));
  await showSheet(session, done);
  return done.length > 0;
}

async function finish(visit: Visit, lock: VisitLock): Promise<DoneLock> {
  const { session } = visit;
  session.say("Step 2 of 4: name and place");
  const { name, place } = await placeLock(visit, lock);
  session.say(`Step 3 of 4: the administrator's code of ${name}`);
  const hasAdministrator = await setAdministrator(visit, { uuid: lock.uuid, name });
  session.say("Step 4 of 4: try it");
  const isTried = await tryCode(visit, { uuid: lock.uuid, hasAdministrator });
  return { ...lock, name, place, hasAdministrator, isTried };
}

/** @throws GatewayError `badParameters` */
function askingTerminal({ terminal, isJson }: Session): AskingTerminal {
  const { ask, askHidden } = terminal;
  if (ask !== undefined && askHidden !== undefined && !isJson()) {
    return { ...terminal, ask, askHidden };
  }
  const text =
    "install: asks and shows step by step, so it needs a terminal. In a script: latchctl pair --uuid ADDRESS, lock rename, room bind, password admin --wait";
  throw new GatewayError("badParameters", text);
}

/** Says what keeps the radio from working. */
async function isRadioReady(session: Session): Promise<boolean> {
  const { findings } = await session.client().command("doctor", {});
  const troubles = objects(findings).filter(
    ({ part, state }) => state === "bad" && (part === "stick" || part === "network"),
  );
  if (troubles.length === 0) return true;
  session.say("The gateway's radio is not ready:");
  for (const { what, advice } of troubles) {
    session.say(cleanText(`- ${String(what)}; ${String(advice)}`));
  }
  return false;
}

async function isAnother({ terminal }: Visit): Promise<boolean> {
  const answer = await terminal.ask("Install another lock? [y/N] ");
  return ["y", "yes"].includes(answer.trim().toLowerCase());
}

/** The sheet that stays with the owner, without a code. */
async function showSheet(session: Session, done: readonly DoneLock[]): Promise<void> {
  const client = session.client();
  const { nowMs, timeZone } = await gatewayTime(client);
  session.say(`Hand-over, ${dayAndTimeText(nowMs, timeZone)} (${timeZone}):`);
  const rows = done.map((lock) => [
    ["name", cleanText(lock.name)] as const,
    ["place", cleanText(lock.place)] as const,
    ["make", cleanText(lock.make)] as const,
    ["address", lock.uuid] as const,
    ["code", lock.hasAdministrator ? "set" : "not set"] as const,
    ["tried", lock.isTried ? "yes" : "no"] as const,
  ]);
  const table = { kind: "table", rows, none: "no lock was installed" } as const;
  session.terminal.out(blocksText([table], columnsOf(session.terminal)));
  if (done.length > 0) session.say("next: latchctl locks, latchctl password add LOCK --name NAME");
}
