import type { VirtualLock } from "../../../drivers/simulated/lock/virtual-lock.ts";
import { gatewayId, partState, uuidOf } from "./rig.ts";
import { addAndConfirm, comesTrue, command, detailOf, event, type Stage } from "./stage.ts";

export const administratorCode = "908172";

/** The daemon starts, forms its network, and three different locks come in. */
export async function arrival(stage: Stage): Promise<void> {
  const { rig, narrator } = stage;
  introduce(stage);
  narrator.chapter("A gateway starts for the first time");
  narrator.waitsFor("the daemon starts");
  narrator.does(`broker at ${rig.broker.url}, simulated stick at ${rig.stickUrl}`);
  await rig.daemon.start();
  narrator.does(`latchd runs as process ${rig.daemon.pid}`);
  const birth = await rig.cloud.online(gatewayId);
  narrator.check(
    birth.state === "online",
    "the cloud sees the gateway come online (retained birth)",
  );
  narrator.waitsFor("the stick forms the Zigbee network");
  const isUp = await comesTrue(async () => (await partState(rig, "network")) === "ok", 30_000);
  narrator.check(
    isUp && rig.house.stick.isFormed,
    "Zigbee network formed on the stick, with keys of its own",
  );
  narrator.chapter("An installer pairs three locks");
  const { seq } = await command(stage, "permit_join", { seconds: 120 });
  narrator.does("the network is open for joining; three locks try to get in");
  narrator.waitsFor("the locks join and say what they can do");
  const locks = [stage.front, stage.side, stage.flat];
  await Promise.all(locks.map((lock) => paired(stage, lock, seq)));
  await command(stage, "permit_join", { seconds: 0 });
  await capabilities(stage);
  await places(stage);
  narrator.chapter("The administrator code is set first");
  narrator.waitsFor("the lock confirms its code");
  for (const lock of locks) {
    const { isDone } = await addAndConfirm(stage, lock, {
      is_default: 1,
      password: administratorCode,
      name: "administrator",
    });
    const opens = lock.keypad(administratorCode) === "opened";
    narrator.check(
      isDone && opens,
      `${nameOf(stage, lock)}: the lock confirmed it, and it opens the door`,
    );
    lock.turnKnob("lock");
  }
}

/** Who is who in the story. */
function introduce({ narrator }: Stage): void {
  narrator.say(`latchd runs here on a simulated Zigbee stick with three simulated locks. Each
line below was seen at a lock, at the broker or in the daemon (✓), or not (✗).

  the gateway   the real daemon, latchd, on this machine
  the cloud     what a lock platform does: sends codes, hears events over MQTT
  front door    a lock that keeps dates and weekly hours itself
  side door     a lock without hours of its own: the gateway keeps them for it
  flat 3        the same, of another make; it goes out of range in the story
  people        the guest has a code for 15 s, the courier one that is withdrawn,
                a neighbour types one at the keypad, cleaner and plumber get one`);
}

async function paired(stage: Stage, lock: VirtualLock, afterSeq: number): Promise<void> {
  const reported = await event(stage, "lockPaired", { lock, afterSeq, limitMs: 60_000 });
  const what = `${nameOf(stage, lock)} paired: ${String(detailOf(reported, "brand"))} ${String(detailOf(reported, "model"))}`;
  stage.narrator.check(reported !== null, what);
}

/** What each of them can do, as the probing found it. */
async function capabilities(stage: Stage): Promise<void> {
  const reply = await command(stage, "list_locks", {});
  const listed: unknown = reply["locks"];
  const locks: readonly unknown[] = Array.isArray(listed) ? listed : [];
  for (const one of locks) {
    const text = JSON.stringify(one);
    const number = (name: string) => /\d+/.exec(text.slice(text.indexOf(`"${name}":`)))?.[0] ?? "?";
    const lock = [stage.front, stage.side, stage.flat].find((known) =>
      text.includes(uuidOf(known)),
    );
    if (lock === undefined) continue;
    stage.narrator.does(
      `${nameOf(stage, lock)} can: ${number("pinUsers")} codes of ${number("minPinLength")} to ${number("maxPinLength")} digits, ` +
        `${number("yearDaySchedulesPerUser")} year-day and ${number("weekDaySchedulesPerUser")} week-day schedules a code, ` +
        `endpoint ${number("endpoint")}`,
    );
  }
  stage.narrator.check(locks.length === 3, "the gateway knows three locks and what each can do");
}

/** Each lock gets its name and its place in the house, as an installer gives them on the page. */
async function places(stage: Stage): Promise<void> {
  const home_id = "demo";
  await command(stage, "add_home", { home_id, home_name: "Demo house", location: "1 Main Street" });
  await command(stage, "bind_center", { home_id });
  for (const [lock, name, room_id] of [
    [stage.front, "Front door", undefined],
    [stage.side, "Side door", "side"],
    [stage.flat, "Flat 3", "flat-3"],
  ] as const) {
    const uuid = uuidOf(lock);
    await command(stage, "rename_lock", { uuid, name });
    if (room_id === undefined) {
      await command(stage, "move_lock", { uuid, home_id });
      continue;
    }
    await command(stage, "add_room", {
      ...{ home_id, room_id, room_name: name, room_description: "" },
    });
    await command(stage, "move_lock", { uuid, home_id, room_id });
  }
  stage.narrator.does("the installer gives each lock its name and its place in the demo house");
}

/** What people call the lock. */
export function nameOf(stage: Stage, lock: VirtualLock): string {
  if (lock === stage.front) return "front door";
  return lock === stage.side ? "side door" : "flat 3";
}
