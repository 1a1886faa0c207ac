import { isJsonObject, type JsonObject } from "../../base/json.ts";
import { GatewayError } from "../../core/model/errors.ts";
import { askCode } from "../calls/code-prompt.ts";
import { gatewayTime } from "../calls/gateway-time.ts";
import { showOutcome } from "../calls/outcome-wait.ts";
import { objects } from "../doctor/objects.ts";
import type { Visit } from "./visit.ts";

const administratorId = 999;
/** A lock that sleeps takes its code when somebody presses a key: time enough to go there. */
const waitSeconds = 120;

/**
 * Asks for the administrator's code twice, sets it and waits until the lock has it.
 * @returns whether the lock has a code; false = the person went on without
 * @throws DaemonUnreachable
 */
export async function setAdministrator(
  visit: Visit,
  lock: { readonly uuid: string; readonly name: string },
): Promise<boolean> {
  const { session, terminal } = visit;
  const { uuid } = lock;
  const client = session.client();
  for (;;) {
    const { passwords } = await client.command("fetch_passwords", { uuid });
    const known = objects(passwords).find(({ id }) => id === administratorId);
    if (known?.["operation_stage"] === 3) {
      session.say("The lock has its administrator's code.");
      return true;
    }
    session.say(
      `It programs the lock at its keypad, and comes before all other codes: ${await lengthText(visit, uuid)}. Enter goes on without.`,
    );
    const code = await typedCode(visit);
    if (code === null) return false;
    const reply = await client.command(
      known === undefined ? "add_password" : "update_password",
      known === undefined
        ? { uuid, is_default: 1, password: code }
        : { uuid, password_id: administratorId, password: code },
    );
    if (reply.ErrNo !== 0) {
      session.say(reply.ErrMsg);
      continue;
    }
    const awaited = { ...lock, ...(await gatewayTime(client)), id: administratorId };
    if (await showOutcome(session, awaited, waitSeconds)) return true;
    session.end(0);
    const again = (await terminal.ask("Try again? [Y/n] ")).trim().toLowerCase();
    if (again === "n" || again === "no") return false;
  }
}

/** @returns null when nothing is typed */
async function typedCode({ session, terminal }: Visit): Promise<string | null> {
  try {
    return await askCode(terminal, true);
  } catch (cause) {
    if (!(cause instanceof GatewayError)) throw cause;
    session.say("Gone on without the administrator's code: latchctl password admin sets it later.");
    return null;
  }
}

async function lengthText({ session }: Visit, uuid: string): Promise<string> {
  const { capabilities } = await session.client().command("show_lock", { uuid });
  const able: JsonObject = isJsonObject(capabilities) ? capabilities : {};
  const { minPinLength: least, maxPinLength: most } = able;
  return least === most ? `${Number(least)} digits` : `${Number(least)} to ${Number(most)} digits`;
}
