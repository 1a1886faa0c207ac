import { constants, promises as files } from "node:fs";
import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import { cleanText } from "../../core/input/plain-text.ts";
import { DaemonUnreachable } from "../daemon-client.ts";
import type { Session } from "../session.ts";
import { type Finding, finding, lockFindings, objects } from "./lock-findings.ts";

/** What to do when the stick is offline, by the daemon's cause. */
const stickAdvice: Readonly<Record<string, string>> = {
  stickMissing: "plug the stick in, or correct stick.path (ls -l /dev/serial/by-id)",
  stickBusy: "end the other program that uses the stick (fuser -v on its path)",
  noPermission: "let the daemon's user at the port: usermod -aG dialout latchd, then restart",
  notACoordinator: "flash the stick with Z-Stack 3.x coordinator firmware",
  stickSilent: "unplug the stick and plug it in again; check stick.baud_rate and stick.rtscts",
  stickLost: "check the cable and the USB port; a powered hub or a short extension helps",
  stickReset: "wait a minute; if it comes back, use another power supply or a powered hub",
  stickStuck: "wait a minute; if it stays, unplug the stick, plug it in again, update its firmware",
  networkMismatch: "this is not the stick of these locks: put the right one in, do not reset it",
  filesUnusable: "check space, rights and health of the disk (df, ls -l, dmesg), not the stick",
  stopped: "start the daemon again",
};

const partAdvice: Readonly<Record<string, string>> = {
  store: "the disk has failed to take a write: check its space and health (df, dmesg)",
  stick: "see stick below",
  network: "see stick and locks below",
  clock: "connect to the network, or check the time servers (timedatectl)",
  slots:
    "see locks below; raise locks.audits_per_day; a lock that sleeps is read only when it is used",
  cloud: "check network, cloud.url and credentials; nothing is lost meanwhile",
};

const slowPingMs = 500;
/** Oldest firmware that the README allows. */
const oldestFirmware = 20_230_507;

/** Checks everything and shows the findings. @returns whether nothing is bad */
export async function examine(session: Session): Promise<boolean> {
  const findings = await findingsOf(session);
  const isWell = findings.every(({ state }) => state !== "bad");
  if (session.isJson()) {
    session.terminal.out(`${JSON.stringify({ ok: isWell, findings })}\n`);
    return isWell;
  }
  for (const { state, what, advice } of findings) {
    // A name from elsewhere may hold a line feed: it must not make a line that looks like one of these.
    session.terminal.out(`${state.padEnd(5)}${cleanText(what)}\n`);
    if (advice !== "") session.terminal.out(`     -> ${cleanText(advice)}\n`);
  }
  return isWell;
}

async function findingsOf(session: Session): Promise<readonly Finding[]> {
  const client = session.client();
  try {
    const health = await client.health();
    const stick = await client.command("get_stick", {});
    const clock = await client.command("get_clock", {});
    const { callbacks } = await client.command("callback_list", {});
    return [
      { state: "ok", what: "the daemon answers", advice: "" },
      ...healthFindings(health["parts"]),
      stickFinding(stick),
      clockFinding(clock),
      ...(await lockFindings(client)),
      ...objects(callbacks).flatMap(callbackFindings),
    ];
  } catch (cause) {
    if (!(cause instanceof DaemonUnreachable)) throw cause;
    return [
      finding("bad", `the daemon does not answer: ${cause.message}`, "systemctl status latchd"),
      await socketFinding(client.socketPath),
    ];
  }
}

async function socketFinding(path: string): Promise<Finding> {
  try {
    await files.access(path, constants.R_OK | constants.W_OK);
    return finding("warn", `the socket ${path} is there`, "systemctl restart latchd");
  } catch (cause) {
    const isMissing = cause instanceof Error && "code" in cause && cause.code === "ENOENT";
    if (isMissing) {
      return finding("bad", `there is no socket ${path}`, "journalctl -u latchd -n 50 says why");
    }
    const advice = 'run it with sudo, or once: sudo adduser "$USER" latchd, then log in again';
    return finding("bad", `the socket ${path} is not yours to use`, advice);
  }
}

function healthFindings(parts: Json | undefined): readonly Finding[] {
  if (!isJsonObject(parts)) return [];
  return Object.entries(parts).flatMap(([name, part]): Finding[] => {
    if (!isJsonObject(part)) return [];
    const { state, reason } = part;
    const why = reason === "" ? "" : `: ${String(reason)}`;
    if (name === "cloud" && state === "ok" && String(reason).startsWith("not protected")) {
      const advice = "latchctl keys make FOLDER; docs/mqtt.md, End-to-end protection";
      return [finding("warn", `${name}${why}`, advice)];
    }
    if (state === "ok") return [finding("ok", `${name}${why}`, "")];
    const level = state === "down" ? "bad" : "warn";
    return [finding(level, `${name} is ${String(state)}${why}`, partAdvice[name] ?? "")];
  });
}

function stickFinding(stick: JsonObject): Finding {
  const { state, path, cause, reason, firmware, ping_ms: ping, is_permitting_join: open } = stick;
  if (state === "offline") {
    return finding(
      "bad",
      `stick ${String(path)}: ${String(reason)}`,
      stickAdvice[String(cause)] ?? "",
    );
  }
  if (state !== "online") return finding("warn", "the stick is starting", "wait a minute");
  const what = `stick ${String(path)}, firmware ${String(firmware)}`;
  if (typeof ping !== "number") {
    return finding("bad", `${what}: does not answer`, stickAdvice["stickSilent"] ?? "");
  }
  if (Number(/[0-9]{8}/.exec(String(firmware))?.[0]) < oldestFirmware) {
    const advice = `flash Z-Stack 3.x.0 coordinator firmware of ${oldestFirmware} or newer`;
    return finding("warn", `${what} is old`, advice);
  }
  if (open === 1) {
    return finding("warn", `${what}: the network is open`, "latchctl permit-join --seconds 0");
  }
  return ping > slowPingMs
    ? finding("warn", `${what}: answers in ${ping} ms`, "the port or the machine is overloaded")
    : finding("ok", `${what}: answers in ${ping} ms`, "");
}

function clockFinding({ state, difference_ms: difference }: JsonObject): Finding {
  if (typeof difference === "number" && Math.abs(difference) > 5000) {
    const seconds = Math.round(difference / 1000);
    const what = `the system's clock is ${-seconds} s away from the gateway's time`;
    return finding("warn", what, "timedatectl set-ntp true");
  }
  return finding(state === "lost" ? "bad" : "ok", `clock ${String(state)}`, "");
}

function callbackFindings(callback: JsonObject): readonly Finding[] {
  const { url, state, last_error: error, backlog } = callback;
  if (state !== "waiting") return [];
  const what = `callback ${String(url)}: ${String(error)}; ${String(backlog)} records wait`;
  return [finding("warn", what, "check the partner's server; events wait for it")];
}
