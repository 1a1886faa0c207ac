import type { DoorAct } from "../../../drivers/simulated/lock/body/act-log.ts";
import { gatewayId, uuidOf } from "./rig.ts";
import {
  addAndConfirm,
  comesTrue,
  command,
  detailOf,
  event,
  headAtCloud,
  type Stage,
  waitMs,
} from "./stage.ts";

const guestCode = "417263";
const neighbourCode = "556677";
const courierCode = "304050";
/** The window of the story: from 5 s to 20 s after the cloud's push. */
const beginAfterS = 5;
const endAfterS = 20;
/** The code must open at most this long after its begin. */
const openWithinMs = 500;

/**
 * A code with a window, and what goes wrong meanwhile: a lock out of range, the broker gone. The
 * window keeps its times all the same, and the cloud hears everything afterwards.
 */
export async function windowStory(stage: Stage): Promise<void> {
  const { narrator, front, flat } = stage;
  const courier = await addAndConfirm(stage, flat, { password: courierCode, name: "courier" });
  narrator.chapter("The cloud pushes a code: valid from 5 s from now to 20 s from now");
  // The wire counts whole seconds: the story begins with one.
  await waitMs(1000 - (Date.now() % 1000));
  const nowS = Math.floor(Date.now() / 1000);
  const beginMs = (nowS + beginAfterS) * 1000;
  const endMs = (nowS + endAfterS) * 1000;
  const ended = clearedAt(stage, endMs);
  const reply = await command(stage, "add_password", {
    uuid: uuidOf(front),
    password: guestCode,
    name: "guest",
    permission_begin: beginMs / 1000,
    permission_end: endMs / 1000,
  });
  const id = Number(reply["password_id"]);
  narrator.does(`the gateway has it on disk and answers at once: password ${id}`);
  narrator.check(
    front.keypad(guestCode) === "refused",
    "before the window the front door refuses the code",
  );
  await outOfRange(stage, courier.id);
  narrator.waitsFor("the guest's code begins");
  await waitMs(beginMs - Date.now() - 400);
  narrator.check(
    front.keypad(guestCode) === "refused",
    "0.4 s before the window it still refuses it",
  );
  const guard = await guardOf(stage, id);
  narrator.does(`who guards this window: ${guard}`);
  await waitMs(beginMs - Date.now() + openWithinMs);
  const afterSeq = headAtCloud(stage);
  const didOpen = front.keypad(guestCode) === "opened";
  const lateMs = Date.now() - beginMs;
  narrator.check(didOpen, `inside the window, ${lateMs} ms after its begin, the door opens`);
  const reported = await event(stage, "lockerOpenAlarm", { lock: front, afterSeq });
  narrator.check(
    detailOf(reported, "sourceid") === id && detailOf(reported, "source_name") === "guest",
    `the cloud learns who it was: ${String(detailOf(reported, "source_name"))}, password ${String(detailOf(reported, "sourceid"))}`,
  );
  front.turnKnob("lock");
  await outage(stage, { endMs, ended });
}

/** Gateway, lock or both: a lock with schedules of its own refuses outside the window by itself. */
async function guardOf(stage: Stage, id: number): Promise<string> {
  const reply = await command(stage, "fetch_passwords", { uuid: uuidOf(stage.front) });
  const listed: unknown = reply["passwords"];
  const passwords: readonly unknown[] = Array.isArray(listed) ? listed : [];
  const words = passwords
    .map((one) => JSON.stringify(one))
    .find((text) => text.includes(`"id":${id},`));
  switch (/"guard":"([a-z]+)"/.exec(words ?? "")?.[1]) {
    case "both":
      return "both: the lock has it as a schedule of its own, and the gateway takes the code out at the end";
    case "lock":
      return "the lock, by a schedule of its own";
    default:
      return "the gateway, which puts the code in and takes it out";
  }
}

/** When the front door's guest code was taken out, by the door's own word. */
function clearedAt(stage: Stage, afterMs: number): { atMs: number | null } {
  const seen: { atMs: number | null } = { atMs: null };
  stage.front.onAct((act: DoorAct) => {
    const nowMs = Date.now();
    if (act.act === "deleted" && seen.atMs === null && nowMs > afterMs - 1_000) seen.atMs = nowMs;
  });
  return seen;
}

/** A lock goes out of range with a revocation on its way. */
async function outOfRange(stage: Stage, courierId: number): Promise<void> {
  const { narrator, flat } = stage;
  flat.goOutOfRange();
  narrator.does("flat 3 goes out of range; now the cloud withdraws the courier's code there");
  const reply = await command(stage, "delete_password", {
    uuid: uuidOf(flat),
    password_id: courierId,
  });
  narrator.check(
    reply.ErrNo === 0,
    "the gateway takes the withdrawal on and keeps it until the lock is back",
  );
}

/** The broker dies in the middle of the window. */
async function outage(
  stage: Stage,
  window: { endMs: number; ended: { atMs: number | null } },
): Promise<void> {
  const { rig, narrator, front, side } = stage;
  narrator.chapter("The broker dies while the window is open");
  const before = headAtCloud(stage);
  await rig.broker.kill();
  narrator.does("broker killed: the cloud is out of reach");
  narrator.check(
    front.keypad(guestCode) === "opened",
    "the guest opens the door with no cloud in reach",
  );
  front.turnKnob("lock");
  side.programAtKeypad({ userId: 7, code: neighbourCode });
  narrator.does("somebody types a new code into the side door's keypad");
  narrator.waitsFor("the guest's code ends, with no cloud in reach");
  await waitMs(window.endMs - Date.now() - 500);
  narrator.check(
    front.keypad(guestCode) === "opened",
    "half a second before its end the code still opens",
  );
  front.turnKnob("lock");
  const isOut = await comesTrue(() => window.ended.atMs !== null, 5_000);
  const lateMs = (window.ended.atMs ?? Date.now()) - window.endMs;
  narrator.check(
    isOut && lateMs >= 0 && lateMs < 2_000,
    `the window ends on time without the cloud: the code is out of the lock ${lateMs} ms after its end`,
  );
  narrator.check(
    front.keypad(guestCode) === "refused",
    "after the window the front door refuses the code",
  );
  narrator.chapter("The broker returns");
  narrator.waitsFor("the gateway finds the broker again");
  await rig.broker.restart();
  await caughtUp(stage, before);
}

async function caughtUp(stage: Stage, before: number): Promise<void> {
  const { rig, narrator, side, flat } = stage;
  const view = rig.cloud.gateway(gatewayId);
  const isThere = await comesTrue(() => openings(stage, before) >= 2 && view.isWhole, 15_000);
  narrator.check(
    isThere,
    `what it missed: ${openings(stage, before)} openings of the front door, in order`,
  );
  const list = await command(stage, "fetch_passwords", { uuid: uuidOf(flat) });
  narrator.check(
    JSON.stringify(list["passwords"]).includes('"operation":2,"operation_stage":1'),
    "flat 3 sleeps or is away: the withdrawal is shown as pending (operation 2, stage 1)",
  );
  const keypad = await event(stage, "pwdAddLocal", { lock: side, afterSeq: before });
  narrator.check(
    JSON.stringify(detailOf(keypad, "password") ?? null).includes(neighbourCode),
    "and the code typed in at the side door comes up as pwdAddLocal, code and all",
  );
  narrator.check(
    view.isWhole && inOrder(stage),
    `records ${before + 1} to ${view.head} arrived in order, none missing; a repeat would be known by its number (${view.repeats} seen)`,
  );
  narrator.check(
    side.keypad(neighbourCode) === "opened",
    "the side door opens with it: the gateway leaves it as it is",
  );
  side.turnKnob("lock");
  narrator.chapter("Flat 3 comes back into range");
  const afterSeq = headAtCloud(stage);
  narrator.waitsFor("flat 3 answers");
  flat.comeBack();
  narrator.does("somebody turns its knob: the first frame the gateway hears from it");
  flat.turnKnob("unlock");
  flat.turnKnob("lock");
  const done = await event(stage, "pwdOperation", { lock: flat, afterSeq, limitMs: 20_000 });
  narrator.check(
    detailOf(done, "operation") === 2 && detailOf(done, "operation_stage") === 3,
    "the withdrawal is carried out at once (pwdOperation: delete, done)",
  );
  narrator.check(
    flat.keypad(courierCode) === "refused",
    "the courier's code does not open flat 3 any more",
  );
}

function openings(stage: Stage, afterSeq: number): number {
  const { records } = stage.rig.cloud.gateway(gatewayId);
  return records.filter(
    ({ seq, fields }) =>
      seq > afterSeq &&
      fields["event"] === "lockerOpenAlarm" &&
      fields["uuid"] === uuidOf(stage.front) &&
      JSON.stringify(fields["detail"]).includes('"guest"'),
  ).length;
}

function inOrder(stage: Stage): boolean {
  return stage.rig.cloud.gateway(gatewayId).lateArrivals === 0;
}
