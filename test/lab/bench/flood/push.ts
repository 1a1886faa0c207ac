import { within } from "../../../support/within.ts";
import { bareFigure, type Figure, spreadOf } from "../figures.ts";
import { nowNs } from "../monotonic.ts";
import { numberIn } from "../processes/line-process.ts";
import { gatewayId, openingCode } from "../rig.ts";
import { buildFloodRig, type FloodRig, isCleared } from "./flood-rig.ts";
import { countsOf } from "./process-counts.ts";

/** How many passwords are pushed to how many locks. */
export interface Push {
  readonly locks: number;
  readonly passwords: number;
}

/** One opening a second while passwords are pushed … */
const openingEveryMs = 1_000;
/** … until the replies of all have come, for at most this time. */
const pushLimitMs = 900_000;

/** All passwords published at once: how late is an opening at the cloud meanwhile, and a revocation at its lock? */
export async function measurePush(push: Push): Promise<Figure[]> {
  const rig = await buildFloodRig(push.locks, push.passwords + 10);
  try {
    return await pushed(rig, push);
  } finally {
    await rig.close();
  }
}

async function pushed(rig: FloodRig, push: Push): Promise<Figure[]> {
  const { daemon, cloud, ours } = rig;
  const uuid = `0x${ours.ieees[0]}`;
  const first = { uuid, password: "246824", name: "revoked" };
  const reply = await cloud.command(gatewayId, "add_password", first);
  await cloud.event(gatewayId, "pwdOperation", (event) => event.seq > reply.seq);
  const wanted = push.locks * push.passwords;
  const before = countsOf(daemon.pid);
  const startedNs = nowNs();
  const replies = allReplies(rig, wanted);
  for (let number = 0; number < wanted; number += 1) {
    const lock = number % push.locks;
    const params = { uuid: `0x${ours.ieees[lock]}`, password: String(300_000 + number), name: "p" };
    void cloud.send(gatewayId, "add_password", params, { id: `push-${number}` });
  }
  const delays = openingsUntil(rig, replies.all);
  await replies.half;
  const params = { uuid, password_id: reply["password_id"] };
  const revokedMs = await revoked(rig, params);
  await replies.all;
  const tookS = (nowNs() - startedNs) / 1e9;
  const openings = spreadOf(await delays);
  const after = countsOf(daemon.pid);
  const name = `${wanted} passwords pushed to ${push.locks} locks`;
  const row = (what: string, unit: Figure["unit"], value: number) =>
    bareFigure(`${name}: ${what}`, unit, [value]);
  return [
    {
      ...bareFigure(`${name}: an opening meanwhile`, "ms", await delays),
      parts: { worst: Math.max(...(await delays)), openings: openings.samples },
    },
    row("a revocation in the middle, until its frame", "ms", revokedMs),
    row("replies", "1/s", wanted / tookS),
    row(
      "CPU per 1,000 commands until the last reply",
      "ms",
      ((after.cpuS - before.cpuS) * 1e6) / wanted,
    ),
    row("peak of RSS", "MiB", after.peakMib),
  ];
}

/** @returns promises for half of the replies to the pushed commands, and for all of them */
function allReplies({ ear }: FloodRig, wanted: number) {
  return { half: repliesOf(ear, wanted / 2), all: repliesOf(ear, wanted) };
}

function repliesOf(ear: FloodRig["ear"], wanted: number): Promise<void> {
  return within(pushLimitMs, `${wanted} replies`, () => {
    return new Promise((resolve, reject) => {
      let count = 0;
      const unwatch = ear.watch(({ topic, body }) => {
        if (!topic.endsWith("/up/reply") || !body.includes('"id":"push-')) return;
        if (!body.includes('"ErrNo":0')) reject(new Error(body));
        count += 1;
        if (count < wanted) return;
        unwatch();
        resolve();
      });
    });
  });
}

/** An opening a second, each at another lock. @returns ms from its frame to its event at the cloud, of each */
async function openingsUntil({ ear, ours }: FloodRig, end: Promise<void>): Promise<number[]> {
  let isOver = false;
  const over = end.finally(() => {
    isOver = true;
  });
  const delays: Promise<number>[] = [];
  for (let lock = 0; !isOver; lock = (lock + 1) % ours.ieees.length) {
    const uuid = `"0x${ours.ieees[lock]}"`;
    const arrived = ear.next(
      "an opening",
      ({ topic, body }) => {
        return (
          topic.endsWith("/up/event") && body.includes('"lockerOpenAlarm"') && body.includes(uuid)
        );
      },
      pushLimitMs,
    );
    const left = ours.process.next("an unlock frame", ({ frame }) => frame === "event");
    void ours.process.ask("unlock", { lock, code: openingCode });
    delays.push(
      Promise.all([left, arrived]).then(
        ([frame, { atNs }]) => (atNs - numberIn(frame, "atNs")) / 1e6,
      ),
    );
    await Promise.race([over, new Promise((resolve) => setTimeout(resolve, openingEveryMs))]);
  }
  return await Promise.all(delays);
}

async function revoked({ ear, ours }: FloodRig, params: object): Promise<number> {
  const cleared = ours.process.next("clearPinCode", isCleared);
  const body = JSON.stringify({ id: "revoked", command: "delete_password", params });
  const { atNs } = ear.publish(`latch/1/${gatewayId}/down/command`, body);
  return (numberIn(await cleared, "atNs") - atNs) / 1e6;
}
