import type { Caller } from "../../../daemon/commands/caller.ts";
import type { LockId } from "../../../daemon/core/model/door-lock.ts";
import { foundDeviceSetting } from "../../../daemon/core/model/gateway/network.ts";
import { administratorId } from "../../../daemon/core/model/password.ts";
import { put } from "../../../daemon/store/store.ts";
import { aLock } from "../records.ts";
import { CommandRoom } from "./command-room.ts";

/** A lock in the caller's home. */
export const own: LockId = "0x00124b00000000a1";
/** A lock in another home. */
export const foreign: LockId = "0x00124b00000000f1";
/** A lock without a home that was paired before the session. */
export const stray: LockId = "0x00124b00000000f2";
/** A lock without a home that was paired in the session. */
export const fresh: LockId = "0x00124b00000000a2";
/** Locks without records, that were on the network before the session and that came since. */
export const oldFound: LockId = "0x00124b00000000f3";
export const newFound: LockId = "0x00124b00000000a3";
export const unknown: LockId = "0x00124b00000000ee";
const router = "0x00124b00000000aa";

/** When the session of {@link installer} began. */
export const beganAtMs = 1_799_999_000_000;
/** Whatever has one of these words in it tells something of another home. */
export const foreignWords = [
  foreign,
  stray,
  oldFound,
  "Foreign",
  "h2",
  foreign.slice(2),
  stray.slice(2),
];

/** Who works in the home h1. */
export const installer: Caller = {
  ...{ transport: "rest", name: "Ivo", scope: "installer", origin: "local", homes: ["h1"] },
  session: {
    id: "s1",
    kind: "account",
    subject: "ivo",
    beganAtMs,
    noteWrongPassphrase: () => Promise.resolve(),
  },
};

/** Two homes of one gateway, and an installer who works in the first. */
export async function twoHomes(): Promise<CommandRoom> {
  const room = await CommandRoom.open();
  await settle(room);
  room.caller = installer;
  return room;
}

async function settle(room: CommandRoom): Promise<void> {
  const gateway = { ...room.site.gateway(), homeId: "h2" };
  room.site.gateway = () => gateway;
  const demander = { phone: "1", date: 1_800_000_000, time: 100 };
  for (const [home, name] of [
    ["h1", "Own"],
    ["h2", "Foreign"],
  ]) {
    const home_id = home;
    await room.call("add_home", { home_id, home_name: `${name} home`, location: name });
    await room.call("bind_center", { home_id });
    for (const room_id of ["r1", "free"]) {
      await room.call("add_room", {
        ...{ home_id, room_id, room_name: `${name} room`, room_description: "" },
      });
    }
    await room.call("order_add", { home_id, name: `${name} demander`, ...demander });
  }
  const names = new Map([
    [own, "Own lock"],
    [foreign, "Foreign lock"],
    [stray, "Foreign stray"],
    [fresh, "Own fresh"],
  ]);
  for (const [lock, name] of names) {
    const pairedAtMs = lock === fresh ? beganAtMs : beganAtMs - 1;
    await room.put(put("lock", [lock], aLock({ lock, name, pairedAtMs, isOnline: false })));
    await room.call("add_password", { uuid: lock, is_default: 1, password: "135790" });
  }
  await room.call("bind_lock", { uuid: own, home_id: "h1", room_id: "r1" });
  await room.call("bind_lock", { uuid: foreign, home_id: "h2", room_id: "r1" });
  await room.put(
    put("setting", foundDeviceSetting(oldFound), { value: beganAtMs - 1 }),
    put("setting", foundDeviceSetting(newFound), { value: beganAtMs }),
  );
  const device = { networkAddress: 1, manufacturer: "", linkQuality: 9, lastSeenMs: null };
  const locks = [own, foreign, stray, fresh, oldFound, newFound].map(
    (uuid) => ({ ...device, uuid, kind: "endDevice", model: "m" }) as const,
  );
  room.site.strange = locks.filter(({ uuid }) => uuid === oldFound || uuid === newFound);
  const devices = [...locks, { ...device, uuid: router, kind: "router", model: "m" } as const];
  const links = devices.map(
    ({ uuid }) => ({ from: router, to: uuid, linkQuality: 9, relation: "child" }) as const,
  );
  room.site.diagnostics.network = () =>
    Promise.resolve({ devices, links, silent: devices.map(({ uuid }) => uuid) });
  await happen(room);
}

/** Puts events and radio traffic of every lock on record. */
async function happen(room: CommandRoom): Promise<void> {
  const stamp = { atMs: beganAtMs, clock: "synced" } as const;
  for (const lock of [own, foreign, stray, fresh]) {
    const detail = { name: "lock", battery_level: 9 };
    await room.store.commit(
      {
        changes: [],
        journal: [
          { kind: "event", event: "batteryAlarm", lock, detail },
          { kind: "event", event: "lockJammedAlarm", lock, detail: null },
        ],
        radio: [{ lock, command: "getPinCode", status: "success", asked: { by: "x" } }],
      },
      stamp,
    );
  }
  const removed = (home_id: string) =>
    ({ kind: "event", event: "lockRemoved", lock: unknown, detail: { home_id } }) as const;
  const found = (uuid: LockId) =>
    ({ kind: "event", event: "lockFound", lock: null, detail: { uuid } }) as const;
  const journal = [removed("h1"), removed("h2"), found(oldFound), found(newFound)];
  await room.store.commit({ changes: [], journal }, stamp);
}

/** Has the lock refuse the administrator's code that it is to get. */
export async function refuseAdministrator(room: CommandRoom, lock: LockId): Promise<void> {
  const password = room.store.get("password", [lock, administratorId]);
  if (password === undefined) throw new Error(`${lock} has no administrator's password`);
  const failed = { ...password, operationStage: "failed", failure: "refused" } as const;
  await room.put(put("password", [lock, administratorId], failed));
}
