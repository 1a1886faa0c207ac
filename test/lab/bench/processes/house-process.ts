import { SimulatedHouse } from "../../../../drivers/simulated/house.ts";
import type { VirtualLock } from "../../../../drivers/simulated/lock/virtual-lock.ts";
import { type Fields, serve, tell } from "./line-service.ts";
import { listenTapped } from "./line-tap.ts";

/** A stick and its locks in a process of their own: `house-process <number of locks>`. */

/** Reporting would take a processor core away from the measured processes. */
const tellAfterMs = 15;
const setPinCode = 0x05;
const operationEvent = 0x20;

const house = new SimulatedHouse();
house.open();
// Time on the air would be the same on both sides and only flatter the ratio.
house.stick.setFaults({ radioDelayMs: { min: 0, max: 0 } });
for (let count = Number(process.argv[2]); count > 0; count -= 1) {
  house.addLock({ profile: "LATCH-ZCL-1" });
}
const port = await listenTapped(house.stick, ({ direction, commandId, atNs }) => {
  if (direction === "toHost" && commandId === operationEvent) tellLater("event", atNs);
  if (direction === "fromHost" && commandId === setPinCode) tellLater("setPinCode", atNs);
});

function tellLater(frame: string, atNs: number): void {
  setTimeout(() => tell({ frame, atNs }), tellAfterMs);
}

/** The answer is sent when the work that the call caused has finished. */
async function acted(result: unknown): Promise<Fields> {
  await new Promise((resolve) => setTimeout(resolve, tellAfterMs));
  return { result };
}

function lockOf(fields: Fields): VirtualLock {
  const lock = house.locks()[Number(fields["lock"])];
  if (lock === undefined) throw new Error("no such lock");
  return lock;
}

serve({
  locks: () => ({ ieees: house.locks().map(({ ieee }) => ieee) }),
  program: (fields) => {
    const user = { userId: Number(fields["userId"]), code: String(fields["code"]) };
    return { result: lockOf(fields).programAtKeypad(user) };
  },
  unlock: (fields) => acted(lockOf(fields).keypad(String(fields["code"]))),
  lock: (fields) => acted(lockOf(fields).keypad(String(fields["code"]), "lock")),
  /** Every lock opens `rounds` times, one round as soon as the one before is on its way. */
  burst: async (fields) => {
    for (let round = Number(fields["rounds"]); round > 0; round -= 1) {
      for (const lock of house.locks()) lock.keypad(String(fields["code"]));
      await new Promise((resolve) => setTimeout(resolve, Number(fields["everyMs"])));
    }
    return {};
  },
});
tell({ port });
