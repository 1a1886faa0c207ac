import type { LockId } from "../../../../daemon/core/model/door-lock.ts";
import { administratorId, type PasswordRecord } from "../../../../daemon/core/model/password.ts";
import { isWantedOver, permanent, type Wanted, type WantedLock } from "../checks/desired-codes.ts";
import type { PasswordWish } from "../checks/password-wish.ts";
import { drawWindow } from "../checks/windows.ts";
import type { RunningGateway } from "../gateway.ts";
import type { Request, Wish } from "./cloud-request.ts";
import type { Random } from "./random.ts";

/** Above this number of passwords the cloud only revokes. */
const passwordsPerLock = 14;
const dynamicId = 0;

/** The inputs from which a command is drawn. */
export interface Desk {
  readonly lock: LockId;
  readonly books: WantedLock;
  readonly gateway: RunningGateway;
  readonly random: Random;
  readonly nowMs: number;
  freshCode(): string;
}

/** Draws the next command that the people who manage passwords send to a lock. */
export function drawRequest(desk: Desk): Request {
  const { lock, books, random } = desk;
  const request = (command: string, params: object, wish: Wish): Request => ({
    lock,
    command,
    params: { uuid: lock, ...params },
    wish,
  });
  if (!books.passwords.has(administratorId)) {
    const wish = newPassword(desk.freshCode());
    return request("add_password", { password: wish.code, is_default: 1 }, wish);
  }
  const kept = [...books.passwords.values()].filter(({ isDeleted }) => !isDeleted);
  const others = kept.filter(({ id }) => id !== administratorId && !books.grantIds.has(id));
  const isFull = kept.length > passwordsPerLock;
  if (others.length === 0 || (!isFull && random.chance(0.33))) return drawAddition(desk, request);
  const { id } = random.pick(others);
  const luck = random.next();
  return isFull ? deletion(id, request) : drawChange(desk, request, { id, luck });
}

/** Of the commands about one password and one lock, the one that `luck` falls on. */
function drawChange(
  desk: Desk,
  request: Make,
  { id, luck }: { id: number; luck: number },
): Request {
  const { random } = desk;
  const named = { password_id: id };
  if (luck < 0.3) return deletion(id, request);
  if (luck < 0.41) return request("frozen_password", named, { kind: "freeze", id });
  if (luck < 0.52) return request("unfrozen_password", named, { kind: "unfreeze", id });
  if (luck < 0.65) {
    const changed = random.chance(0.15) ? administratorId : id;
    const wish = { kind: "recode", id: changed, code: desk.freshCode() } as const;
    const params = { password_id: changed, password: wish.code };
    return request("update_password", params, wish);
  }
  if (luck < 0.75) {
    const window = drawWindow(random, desk.nowMs);
    const permission = { begin: window.begin, end: window.end };
    const params = { ...named, permission, weekly: window.week };
    return request("update_password", params, { kind: "rewindow", id, window });
  }
  if (luck < 0.82) {
    const isDuress = random.chance(0.3);
    const name = `tenant ${random.integer(1, 99)}`;
    const params = { ...named, name, duress: isDuress ? 1 : 0 };
    return request("update_password", params, { kind: "rename", id, isDuress });
  }
  if (luck < 0.88) return request("get_dynamic_password_plaintext", {}, { kind: "dynamic" });
  if (luck < 0.94) return drawSnapshot(desk, request);
  return request("remote_unlock", {}, { kind: "remote" });
}

function deletion(id: number, request: Make): Request {
  return request("delete_password", { password_id: id }, { kind: "delete", id });
}

type Make = (command: string, params: object, wish: Wish) => Request;

function newPassword(code: string) {
  const flags = { isOneTime: false, isDuress: false };
  return { kind: "add", code, window: permanent, ...flags } as const;
}

function drawAddition({ books, random, ...desk }: Desk, request: Make): Request {
  // Sometimes a person chooses a code that is already in use.
  const known = [...books.passwords.values()].find((one) => !one.isDeleted && !one.isHidden);
  const taken = known?.code ?? null;
  const isTaken = taken !== null && random.chance(0.04);
  const wish = {
    kind: "add",
    code: isTaken ? taken : desk.freshCode(),
    window: drawWindow(random, desk.nowMs),
    isOneTime: random.chance(0.12),
    isDuress: random.chance(0.08),
  } as const;
  return request("add_password", paramsOf(wish), wish);
}

function paramsOf(wish: Extract<PasswordWish, { kind: "add" }>) {
  const { code, window, isOneTime, isDuress } = wish;
  return {
    password: code,
    permission_begin: window.begin,
    permission_end: window.end,
    ...(window.week === null ? {} : { weekly: window.week }),
    ...(isOneTime ? { one_time: 1 } : {}),
    ...(isDuress ? { duress: 1 } : {}),
  };
}

/** The whole lock as the cloud wants it: what is there, but for one that goes, one that changes and one that is new. */
function drawSnapshot(desk: Desk, request: Make): Request {
  const { lock, gateway, random } = desk;
  const wishes: PasswordWish[] = [];
  const passwords: SnapshotEntry[] = [];
  for (const record of gateway.store.list("password", [lock])) {
    const { wish, entry } = drawEntry(desk, record);
    if (wish !== null) wishes.push(wish);
    if (entry !== null) passwords.push(entry);
  }
  const nextId = gateway.store.get("lock", [lock])?.nextPasswordId ?? 1;
  if (random.chance(0.4)) {
    const window = drawWindow(random, desk.nowMs);
    const wish = { ...newPassword(desk.freshCode()), window, id: nextId };
    wishes.push(wish);
    passwords.push({ ...paramsOf(wish), password_id: nextId, revision: 1 });
  }
  const params = { passwords, confirm: random.chance(0.8) };
  const named = new Set(passwords.map(({ password_id }) => password_id));
  return request("apply_snapshot", params, { kind: "snapshot", wishes, named });
}

interface SnapshotEntry {
  readonly password_id: number;
  readonly revision: number;
}

/** Returns a snapshot's entry for one password, and the change that it makes. */
function drawEntry(
  { books, random, nowMs, ...desk }: Desk,
  record: PasswordRecord,
): { readonly wish: PasswordWish | null; readonly entry: SnapshotEntry | null } {
  const { id } = record;
  const wanted = books.passwords.get(id);
  if (record.isDeleted || wanted === undefined) return { wish: null, entry: null };
  const isDropped = id === dynamicId || (id !== administratorId && random.chance(0.1));
  if (isDropped && record.origin !== "keypad") return { wish: { kind: "delete", id }, entry: null };
  const isRecoded = !isWantedOver(wanted, nowMs) && random.chance(0.1);
  const code = isRecoded ? desk.freshCode() : null;
  const revision = record.revision + (code === null ? 0 : 1);
  const entry = { ...entryOf(wanted, code), password_id: id, revision };
  return { wish: code === null ? null : { kind: "recode", id, code }, entry };
}

function entryOf({ window, isFrozen, isOneTime, isDuress }: Wanted, code: string | null): object {
  return {
    ...(code === null ? {} : { password: code }),
    permission_begin: window.begin,
    permission_end: window.end,
    ...(window.week === null ? {} : { weekly: window.week }),
    frozen: isFrozen ? 1 : 0,
    one_time: isOneTime ? 1 : 0,
    duress: isDuress ? 1 : 0,
  };
}
