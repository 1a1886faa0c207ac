import { constants, promises as files } from "node:fs";
import type { JsonObject } from "../../base/json.ts";
import { cleanText } from "../../core/input/plain-text.ts";
import { DaemonUnreachable } from "../daemon-client.ts";
import type { Session } from "../session.ts";
import { columnsOf } from "../terminal/terminal.ts";
import { indentText } from "../terminal/text-wrap.ts";
import { objects } from "./objects.ts";

/** Shows what the daemon has found, or why it does not answer. @returns whether nothing is bad */
export async function examine(session: Session): Promise<boolean> {
  const findings = await findingsOf(session);
  const isWell = findings.every(({ state }) => state !== "bad");
  if (session.isJson()) {
    session.terminal.out(`${JSON.stringify({ ok: isWell, findings })}\n`);
    return isWell;
  }
  const width = columnsOf(session.terminal);
  for (const { state, what, advice } of findings) {
    // A name from elsewhere may hold a line feed: it must not make a line that looks like one of these.
    const first = String(state).padEnd(5);
    session.terminal.out(indentText(cleanText(String(what)), { first, further: "     ", width }));
    if (advice === "") continue;
    const lines = { first: "     -> ", further: "        ", width };
    session.terminal.out(indentText(cleanText(String(advice)), lines));
  }
  return isWell;
}

async function findingsOf(session: Session): Promise<readonly JsonObject[]> {
  const client = session.client();
  try {
    const reply = await client.command("doctor", {});
    if (reply.ErrNo === 0) return objects(reply["findings"]);
    const what = `the daemon could not examine itself: ${reply.ErrMsg}`;
    return [own("daemonFailed", what, "journalctl -u latchd -n 50 says why")];
  } catch (cause) {
    if (!(cause instanceof DaemonUnreachable)) throw cause;
    return await silentFindings(client.socketPath, cause.message);
  }
}

/** Returns what latchctl can find by itself about a daemon that does not answer. */
export async function silentFindings(
  socketPath: string,
  reason: string,
): Promise<readonly JsonObject[]> {
  const what = `the daemon does not answer: ${reason}`;
  return [own("daemonSilent", what, "systemctl status latchd"), await socketFinding(socketPath)];
}

async function socketFinding(path: string): Promise<JsonObject> {
  try {
    await files.access(path, constants.R_OK | constants.W_OK);
    const there = own("socketThere", `the socket ${path} is there`, "systemctl restart latchd");
    return { ...there, state: "warn" };
  } catch (cause) {
    const isMissing = cause instanceof Error && "code" in cause && cause.code === "ENOENT";
    if (isMissing) {
      const advice = "journalctl -u latchd -n 50 says why";
      return own("socketMissing", `there is no socket ${path}`, advice);
    }
    const advice = 'run it with sudo, or once: sudo adduser "$USER" latchd, then log in again';
    return own("socketNotPermitted", `the socket ${path} is not yours to use`, advice);
  }
}

/** A finding that only latchctl can make, because the daemon does not answer. */
function own(code: string, what: string, advice: string): JsonObject {
  return { state: "bad", part: "daemon", code, what, advice, values: {} };
}
