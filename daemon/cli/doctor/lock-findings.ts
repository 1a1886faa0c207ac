import { isJsonObject, type Json, type JsonObject } from "../../base/json.ts";
import type { DaemonClient } from "../daemon-client.ts";

/** What latchctl checked, and what to do about it. */
export interface Finding {
  readonly state: "ok" | "warn" | "bad";
  readonly what: string;
  readonly advice: string;
}

const lowBatteryPercent = 10;
/** Below this quality (of 255) many frames are lost. */
const weakLink = 40;
const driftLimitSeconds = 60;
const administratorId = 999;

/** Returns the findings about each lock: radio, battery, clock, codes. */
export async function lockFindings(client: DaemonClient): Promise<readonly Finding[]> {
  const listed = await client.command("list_locks", {});
  const locks = objects(listed["locks"]);
  const findings: Finding[] = objects(listed["found"]).map(foundFinding);
  if (locks.length === 0) {
    return [finding("warn", "no lock is paired", "latchctl pair"), ...findings];
  }
  const links = await linkQualities(client);
  for (const lock of locks) {
    const own = [
      ...radioFindings(lock, links.get(String(lock["uuid"])) ?? null),
      ...suspensionFindings(lock),
      ...auditFindings(lock),
      ...(await codeFindings(client, lock)),
    ];
    findings.push(...(own.length === 0 ? [finding("ok", `${nameOf(lock)} is online`, "")] : own));
  }
  return findings;
}

/** Returns the finding about a lock that is on the network and has no records here. */
export function foundFinding({ uuid, model }: JsonObject): Finding {
  const what = `lock ${String(model)} (${String(uuid)}) is on the network and has no records here`;
  return finding("warn", what, `latchctl adopt ${String(uuid)} adopts it`);
}

/** Returns the finding about a suspended lock, which gets no codes until a person releases it. */
export function suspensionFindings(lock: JsonObject): readonly Finding[] {
  if (lock["grants_held"] !== 1) return [];
  const release = `latchctl release_grants --uuid ${String(lock["uuid"])}`;
  if (lock["held_reason"] === "rejoined") {
    const what = `${nameOf(lock)} gets no codes: a device with its address has joined`;
    return [finding("bad", what, `make sure at the door that it is this lock, then ${release}`)];
  }
  const what = `${nameOf(lock)} gets no codes: its records come from a copy`;
  return [
    finding("bad", what, `check its passwords, or wait for the cloud's snapshot, then ${release}`),
  ];
}

async function linkQualities(client: DaemonClient): Promise<ReadonlyMap<string, number>> {
  const devices = objects((await client.command("get_network", {}))["devices"]);
  return new Map(
    devices.flatMap(({ uuid, link_quality: quality }) =>
      typeof quality === "number" ? [[String(uuid), quality] as const] : [],
    ),
  );
}

function radioFindings(lock: JsonObject, linkQuality: number | null): readonly Finding[] {
  const name = nameOf(lock);
  const findings: Finding[] = [];
  if (lock["is_on_network"] === 0) {
    const advice =
      "the gateway looks for it; press a key at the lock so that it speaks, else pair it again";
    findings.push(finding("bad", `${name} is not known to the network`, advice));
  } else if (lock["onoff_line"] === 2) {
    const advice =
      "press a key at the lock; else batteries, then distance: a router in between helps";
    findings.push(finding("bad", `${name} is offline`, advice));
  } else if (linkQuality !== null && linkQuality < weakLink) {
    const what = `${name}: link quality ${linkQuality} of 255`;
    findings.push(finding("warn", what, "put a router (a mains-powered plug) between"));
  }
  const { power, clock } = lock;
  if (typeof power === "number" && power >= 0 && power <= lowBatteryPercent) {
    findings.push(finding("warn", `${name}: battery ${power} %`, "change its batteries"));
  }
  const drift = isJsonObject(clock) ? clock["drift_s"] : null;
  if (typeof drift === "number" && Math.abs(drift) > driftLimitSeconds) {
    const what = `${name}: its clock is ${drift} s off`;
    const advice = "the gateway sets it by itself; batteries that end lose it again";
    findings.push(finding("warn", what, advice));
  }
  return findings;
}

/** Every slot is read within this time, if the budget and the lock allow it. */
const readLimitSeconds = 14 * 86_400;

function auditFindings(lock: JsonObject): readonly Finding[] {
  const name = nameOf(lock);
  const { slots_unknown: unknown, unknown_for_s: unknownFor, oldest_read_s: oldest } = lock;
  if (lock["can_read_slots"] === 0) {
    const what = `${name} does not show what its slots hold`;
    const advice = "codes made at the keypad are known only if the lock reports them";
    return [finding("warn", what, advice)];
  }
  if (typeof oldest === "number" && oldest > readLimitSeconds) {
    const what = `${name}: a slot was last read ${Math.floor(oldest / 86_400)} days ago`;
    const advice = "raise locks.audits_per_day; a lock that sleeps is read only when it is used";
    return [finding("warn", what, advice)];
  }
  if (typeof unknown !== "number" || unknown === 0) return [];
  const hours = Math.floor(Number(unknownFor) / 3_600);
  const what = `${name}: ${unknown} slots are not known yet, the oldest for ${hours} h`;
  const advice = `they are read one after another; latchctl lock scan ${String(lock["uuid"])} reads them now`;
  return [finding("ok", what, advice)];
}

async function codeFindings(client: DaemonClient, lock: JsonObject): Promise<readonly Finding[]> {
  const name = nameOf(lock);
  const uuid = String(lock["uuid"]);
  const findings: Finding[] = [];
  if (Number(lock["failed_operations"]) > 0) {
    const what = `${name}: ${String(lock["failed_operations"])} passwords failed`;
    findings.push(finding("warn", what, `latchctl password list ${uuid} says why`));
  }
  const passwords = objects((await client.command("fetch_passwords", { uuid }))["passwords"]);
  if (!passwords.some(({ id }) => id === administratorId)) {
    const what = `${name} has no administrator code: no other can be added`;
    findings.push(finding("warn", what, `latchctl password admin ${uuid}`));
  }
  const strangers = objects((await client.command("list_unmanaged", { uuid }))["slots"]);
  if (strangers.length > 0) {
    const what = `${name} contains ${strangers.length} unmanaged codes`;
    const advice = `latchctl lock unmanaged ${uuid}, then lock adopt or lock forget`;
    findings.push(finding("warn", what, advice));
  }
  return findings;
}

function nameOf(lock: JsonObject): string {
  return `lock ${String(lock["name"])} (${String(lock["uuid"])})`;
}

export function finding(state: Finding["state"], what: string, advice: string): Finding {
  return { state, what, advice };
}

export function objects(value: Json | undefined): readonly JsonObject[] {
  if (!Array.isArray(value)) return [];
  const list: readonly Json[] = value;
  return list.filter(isJsonObject);
}
