import { gatewayId, partState, uuidOf } from "./rig.ts";
import { comesTrue, command, detailOf, event, headAtCloud, type Stage, waitMs } from "./stage.ts";

/** Somebody tries codes. */
export async function incidents(stage: Stage): Promise<void> {
  const { narrator, front } = stage;
  narrator.chapter("Three wrong codes");
  const afterSeq = headAtCloud(stage);
  narrator.waitsFor("the alarm reaches the cloud");
  for (const code of ["111111", "222222", "333333"]) front.keypad(code);
  const wrong = await event(stage, "wrongPwdAlarm", { lock: front, afterSeq });
  narrator.check(wrong !== null, "the cloud hears wrongPwdAlarm from the front door");
}

const cleanerCode = "640912";
const plumberCode = "771234";

/** Power fails in the middle of the work. */
export async function powerCut(stage: Stage): Promise<void> {
  const { rig, narrator, side } = stage;
  narrator.chapter("The daemon is killed with SIGKILL in the middle of it all");
  const view = rig.cloud.gateway(gatewayId);
  const { epoch } = view;
  const reply = await command(stage, "add_password", {
    uuid: uuidOf(side),
    password: cleanerCode,
    name: "cleaner",
  });
  const { pid } = rig.daemon;
  await rig.daemon.kill();
  narrator.does(
    `the cloud pushed a code, had its answer (record ${reply.seq}), and process ${pid} was killed that moment`,
  );
  const sent = await rig.cloud.send(gatewayId, "add_password", {
    uuid: uuidOf(side),
    password: plumberCode,
    name: "plumber",
  });
  side.setBattery(9);
  narrator.does(
    "while it is dead the cloud pushes another one, and the side door's battery falls to 9 %",
  );
  narrator.waitsFor("the daemon starts again");
  await rig.daemon.start();
  narrator.waitsFor("the gateway does what waited");
  narrator.does(`latchd runs again as process ${rig.daemon.pid}`);
  const late = await rig.cloud.reply(gatewayId, sent, 20_000);
  narrator.check(late.ErrNo === 0, "the second push was waiting at the broker and is answered now");
  const areLive = await comesTrue(
    () => holds(stage, cleanerCode) && holds(stage, plumberCode),
    20_000,
  );
  narrator.check(
    areLive,
    "both codes are in the side door: what was answered is not lost, what waited is done",
  );
  const doors = [cleanerCode, plumberCode].every((code) => {
    const result = side.keypad(code);
    side.turnKnob("lock");
    return result === "opened";
  });
  narrator.check(doors, "both open the door");
  const low = await event(stage, "batteryAlarm", { lock: side, afterSeq: reply.seq });
  narrator.check(
    detailOf(low, "battery_level") === 9,
    `it asked every lock for its state: batteryAlarm, ${String(detailOf(low, "battery_level"))} %`,
  );
  const isBack = await comesTrue(async () => (await partState(rig, "network")) === "ok", 20_000);
  narrator.check(isBack, "the Zigbee network was resumed, no lock needed a new pairing");
  await waitMs(500);
  narrator.check(
    view.epoch === epoch && view.isWhole && view.lateArrivals === 0,
    `the journal has no hole: records 1 to ${view.head} of one epoch, ${view.repeats} of them heard twice and known as repeats`,
  );
}

function holds(stage: Stage, code: string): boolean {
  return stage.side.users().some((user) => user.pinCode.reveal() === code);
}
