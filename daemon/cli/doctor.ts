import { constants, promises as files } from "node:fs";
import type { Json, JsonObject } from "../core/journal.ts";
import { DaemonUnreachable } from "./daemon-client.ts";
import type { PhraseHost } from "./phrases.ts";

/** What was looked at, and what to do about it. */
export interface Finding {
  readonly state: "ok" | "warn" | "bad";
  readonly what: string;
  readonly advice: string;
}

/** What to do when the stick is away, by the daemon's word for why. */
const stickAdvice: Readonly<Record<string, string>> = {
  stickMissing: "plug the stick in, or correct stick.path (ls -l /dev/serial/by-id)",
  stickBusy: "end the other program that uses the stick (fuser -v on its path)",
  noPermission: "let the daemon's user at the port: usermod -aG dialout latchd, then restart",
  notACoordinator: "flash the stick with Z-Stack 3.x coordinator firmware",
  stickSilent: "unplug the stick and plug it in again; check stick.baud_rate and stick.rtscts",
  stickLost: "check the cable and the USB port; a powered hub or a short extension helps",
  networkMismatch: "this is not the stick of these locks: put the right one in, do not reset it",
  stopped: "start the daemon anew",
};

const partAdvice: Readonly<Record<string, string>> = {
  store: "the disk has failed to take a write: check its space and health (df, dmesg)",
  stick: "see stick below",
  network: "see stick below",
  clock: "connect to the network, or check the time servers (timedatectl)",
  cloud: "check network, cloud.url and credentials; nothing is lost meanwhile",
};

const lowBatteryPercent = 10;
const slowPingMs = 500;

/** @returns whether nothing is bad. */
export async function examine(host: PhraseHost): Promise<boolean> {
  const findings = await findingsOf(host);
  const isWell = findings.every(({ state }) => state !== "bad");
  if (host.isJson()) {
    host.terminal.out(`${JSON.stringify({ ok: isWell, findings })}\n`);
    return isWell;
  }
  for (const { state, what, advice } of findings) {
    const line = `${state.padEnd(5)}${what}${advice === "" ? "" : `\n     -> ${advice}`}`;
    host.terminal.out(`${line.replaceAll(/[^\P{Cc}\n]/gu, "\u{fffd}")}\n`);
  }
  return isWell;
}

async function findingsOf(host: PhraseHost): Promise<readonly Finding[]> {
  const client = host.client();
  try {
    const health = await client.health();
    const stick = await client.command("get_stick", {});
    const clock = await client.command("get_clock", {});
    const { locks } = await client.command("list_locks", {});
    const { callbacks } = await client.command("callback_list", {});
    return [
      { state: "ok", what: "the daemon answers", advice: "" },
      ...healthFindings(health["parts"]),
      stickFinding(stick),
      clockFinding(clock),
      ...objects(locks).flatMap(lockFindings),
      ...(objects(locks).length === 0
        ? [finding("warn", "no lock is paired", "latchctl pair")]
        : []),
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
    await files.stat(path);
  } catch {
    return finding("bad", `there is no socket ${path}`, "journalctl -u latchd -n 50 says why");
  }
  try {
    await files.access(path, constants.R_OK | constants.W_OK);
    return finding("warn", `the socket ${path} is there`, "systemctl restart latchd");
  } catch {
    const advice = "run as root, or: usermod -aG latchd $USER and log in again";
    return finding("bad", `the socket ${path} is not yours to use`, advice);
  }
}

function healthFindings(parts: Json | undefined): readonly Finding[] {
  if (!isObject(parts)) return [];
  return Object.entries(parts).flatMap(([name, part]): Finding[] => {
    if (!isObject(part)) return [];
    const { state, reason } = part;
    const why = reason === "" ? "" : `: ${String(reason)}`;
    if (state === "ok") return [finding("ok", `${name}${why}`, "")];
    const level = state === "down" ? "bad" : "warn";
    return [finding(level, `${name} is ${String(state)}${why}`, partAdvice[name] ?? "")];
  });
}

function stickFinding(stick: JsonObject): Finding {
  const { state, path, cause, reason, firmware, ping_ms: ping } = stick;
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
  return ping > slowPingMs
    ? finding("warn", `${what}: answers in ${ping} ms`, "the port or the machine is overloaded")
    : finding("ok", `${what}: answers in ${ping} ms`, "");
}

function clockFinding({ state, difference_ms: difference }: JsonObject): Finding {
  if (typeof difference === "number" && Math.abs(difference) > 5000) {
    const seconds = Math.round(difference / 1000);
    const what = `the system's clock is ${-seconds} s away from the time the gateway goes by`;
    return finding("warn", what, "timedatectl set-ntp true");
  }
  return finding(state === "lost" ? "bad" : "ok", `clock ${String(state)}`, "");
}

function lockFindings(lock: JsonObject): readonly Finding[] {
  const name = `lock ${String(lock["name"])} (${String(lock["uuid"])})`;
  const findings: Finding[] = [];
  if (lock["onoff_line"] === 2) {
    const advice =
      "press a key at the lock; else batteries, then distance: a router in between helps";
    findings.push(finding("bad", `${name} is offline`, advice));
  }
  const { power } = lock;
  if (typeof power === "number" && power >= 0 && power <= lowBatteryPercent) {
    findings.push(finding("warn", `${name}: battery ${power} %`, "change its batteries"));
  }
  if (Number(lock["failed_operations"]) > 0) {
    const what = `${name}: ${String(lock["failed_operations"])} passwords failed`;
    findings.push(finding("warn", what, `latchctl password list ${String(lock["uuid"])} says why`));
  }
  if (findings.length === 0) findings.push(finding("ok", `${name} is online`, ""));
  return findings;
}

function callbackFindings(callback: JsonObject): readonly Finding[] {
  const { url, state, last_error: error, backlog } = callback;
  if (state !== "waiting") return [];
  const what = `callback ${String(url)}: ${String(error)}; ${String(backlog)} records wait`;
  return [finding("warn", what, "check the partner's server; events wait for it")];
}

function finding(state: Finding["state"], what: string, advice: string): Finding {
  return { state, what, advice };
}

function objects(value: Json | undefined): readonly JsonObject[] {
  if (!Array.isArray(value)) return [];
  const list: readonly Json[] = value;
  return list.filter(isObject);
}

function isObject(value: Json | undefined): value is JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}
