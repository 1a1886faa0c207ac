import assert from "node:assert/strict";
import { endStateReports, reportEverySecond, sendRaw } from "../radio/zcl-request.ts";
import type { ExampleHouse } from "./example-house.ts";

const seconds = () => Math.floor(Date.now() / 1000);
const administrator = { password: "908172", is_default: 1 };

/** Everything that people do at a door and its keypad. */
export async function doorEvents(example: ExampleHouse): Promise<void> {
  const { lock, uuid } = await example.pair({ yearDaySchedulesPerUser: 1 });
  const add = (params: object) => example.confirmed("add_password", { uuid, ...params });
  const slotOf = (code: string) =>
    lock.users().find(({ pinCode }) => pinCode.reveal() === code)?.userId ?? 0;
  await add(administrator);
  await example.must("grant_create", { person: "Kim", locks: [uuid], password: "102030" });
  await example.event("grantOutcome");
  await add({ password: "102031", name: "under duress", duress: 1 });
  lock.keypad("102031");
  await example.event("duressAlarm");
  await add({ password: "102033", name: "cleaner" });
  const user = Buffer.from([slotOf("102033"), 0]).toString("hex");
  // Set Year Day Schedule for one second of the year 2000, then Set User Type: year day.
  sendRaw(lock, 0x0101, `01 7A 0E 00 ${user} 01 00 00 00 02 00 00 00`);
  sendRaw(lock, 0x0101, `01 7B 14 ${user} 01`);
  lock.setClock(800_000_000);
  assert.equal(lock.keypad("102033"), "refused");
  await example.event("accessRefused");
  lock.programAtKeypad({ userId: 8, code: "246802" });
  await example.event("pwdAddLocal");
  lock.changeAtKeypad({ userId: 8, code: "246803" });
  await example.event("pwdUpdateLocal");
  lock.deleteAtKeypad(8);
  await example.event("pwdDelLocal");
  lock.removeCover();
  await example.event("brokenAlarm");
  reportEverySecond(lock);
  lock.setBattery(9);
  await example.event("batteryAlarm");
  lock.setBattery(80);
  await example.event("clearBattryAlarm");
  await openedOutside(example);
  lock.jam();
  lock.useKey("lock");
  await example.event("lockJammedAlarm");
  for (const code of ["000001", "000002", "000003"]) lock.keypad(code);
  await example.event("wrongPwdAlarm");
}

/** A code that opens after its window, because the lock was out of range when it ended. */
async function openedOutside(example: ExampleHouse): Promise<void> {
  const { lock, uuid } = await example.pair();
  await example.confirmed("add_password", { uuid, ...administrator });
  const permission_end = seconds() + 3;
  await example.confirmed("add_password", { uuid, password: "102032", permission_end });
  lock.goOutOfRange();
  await example.until("the end of the window", () =>
    Date.now() > permission_end * 1000 + 200 ? true : null,
  );
  lock.comeBack();
  assert.equal(lock.keypad("102032"), "opened");
  await example.event("outOfWindowOpen");
}

/** A bolt that does not move, although the lock accepted the command. */
export async function unmovedBolt(example: ExampleHouse): Promise<void> {
  const { lock, uuid } = await example.pair({ operationEvents: "none", hasAlarms: false });
  endStateReports(lock);
  lock.jam();
  await example.must("remote_unlock", { uuid });
  await example.event("lockNotMovedAlarm");
}
