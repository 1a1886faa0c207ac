import assert from "node:assert/strict";
import type { ExampleHouse } from "./example-house.ts";

const seconds = () => Math.floor(Date.now() / 1000);
const daySeconds = 86_400;
const administrator = { password: "908172", is_default: 1 };

/** The configuration of a house in which only people tell the time. */
export const ownTime = { clock: { trust: "ntp", time_zone: "Europe/Berlin" } };

/** What needs hours, days or weeks: somebody sets the gateway's time. */
export async function timeEvents(example: ExampleHouse): Promise<void> {
  let uuid = "";
  // Steps of 40 from here meet no code that is too easy to guess.
  let newest = 500_001;
  const setTime = async (aheadSeconds: number) => {
    const answer = await example.local("set_clock", { time: seconds() + aheadSeconds });
    assert.equal(answer.ErrNo, 0, answer.ErrMsg);
    // The gateway looks at its locks at least once a minute; a command makes it look now.
    newest += 40;
    if (uuid !== "") await example.must("add_password", { uuid, password: String(newest) });
  };
  await setTime(0);
  const { lock, uuid: paired } = await example.pair({
    yearDaySchedulesPerUser: 0,
    weekDaySchedulesPerUser: 0,
  });
  uuid = paired;
  await example.confirmed("add_password", { uuid, ...administrator });
  const add = (params: object) => example.confirmed("add_password", { uuid, ...params });
  await add({ password: "417263", name: "guest", permission_end: seconds() + daySeconds });
  const isCleared = () =>
    lock.users().some(({ pinCode }) => pinCode.reveal() === "417263") ? null : true;
  await setTime(2 * daySeconds);
  await example.until("the end of the guest's code", async () => {
    const { passwords } = await example.local("list_passwords", { uuid });
    assert.ok(Array.isArray(passwords));
    const guest = passwords.find((one) => one.password_id === 1);
    const { is_working } = await example.local("show_lock", { uuid });
    const isOver = guest?.slot === null && guest.stage !== "removing" && is_working === 0;
    return isOver && isCleared() === true ? true : null;
  });
  await setTime(0);
  await example.event("pwdRestored");
  await example.until("the guest's code", () => (isCleared() === null ? true : null));
  lock.goOutOfRange();
  await setTime(2 * daySeconds);
  await example.event("pwdRevokeOverdue");
}
