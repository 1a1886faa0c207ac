import { SimulatedHouse } from "../../../../drivers/simulated/house.ts";
import type { VirtualLock } from "../../../../drivers/simulated/lock/virtual-lock.ts";
import { nowNs } from "../monotonic.ts";
import { type Fields, serve, tell } from "./line-service.ts";
import { listenTapped } from "./line-tap.ts";

/** A stick and its locks in a process of their own: `house-process <number of locks> [slots of each]`. */

/** Reporting would take a processor core away from the measured processes. */
const tellAfterMs = 15;
const doorLock = 0x0101;
const clusterSpecific = 0b01;
const setPinCode = 0x05;
const clearPinCode = 0x07;
const operationEvent = 0x20;
/** A flood sends what is due in steps of this length. */
const floodStepMs = 5;
const floodEndMs = 500;

/** Operation events that left the stick, and whether a flood keeps them from being reported one by one. */
let eventFrames = 0;
let isFlooding = false;

const house = new SimulatedHouse();
house.open();
// Time on the air would be the same on both sides and only flatter the ratio.
house.stick.setFaults({ radioDelayMs: { min: 0, max: 0 } });
const pinUsers = Number(process.argv[3] ?? 50);
for (let count = Number(process.argv[2]); count > 0; count -= 1) {
  const quirks = { pinUsers, totalUsers: pinUsers + 10 };
  house.addLock({ profile: "LATCH-ZCL-1", quirks });
}
const port = await listenTapped(house.stick, ({ direction, commandId, atNs }) => {
  if (direction === "toHost" && commandId === operationEvent) {
    eventFrames += 1;
    if (!isFlooding) tellLater("event", atNs);
  }
  if (direction !== "fromHost" || isFlooding) return;
  if (commandId === setPinCode) tellLater("setPinCode", atNs);
});

for (const [lock, { frameObservers }] of house.locks().entries()) {
  frameObservers.add(({ clusterId, payload }) => {
    const [control = 0, , commandId, low = 0, high = 0] = payload;
    if (clusterId !== doorLock || (control & 0b11) !== clusterSpecific) return;
    if (commandId !== clearPinCode) return;
    tell({ frame: "clearPinCode", lock, userId: low + 256 * high, atNs: nowNs() });
  });
}

function tellLater(frame: string, atNs: number): void {
  setTimeout(() => tell({ frame, atNs }), tellAfterMs);
}

/** All locks open in turn, `perSecond` times in all, however fast the host takes it. */
async function flood(fields: Fields): Promise<Fields> {
  const { perSecond, seconds, code } = fields;
  const locks = house.locks();
  const wanted = Number(perSecond) * Number(seconds);
  const startedMs = performance.now();
  const before = eventFrames;
  isFlooding = true;
  for (let sent = 0; sent < wanted; ) {
    const elapsedMs = performance.now() - startedMs;
    const due = Math.min(wanted, Math.floor((elapsedMs / 1_000) * Number(perSecond)));
    for (; sent < due; sent += 1) locks[sent % locks.length]?.keypad(String(code));
    await new Promise((resolve) => setTimeout(resolve, floodStepMs));
  }
  // The last ones are still on the air.
  await new Promise((resolve) => setTimeout(resolve, floodEndMs));
  isFlooding = false;
  return { sent: eventFrames - before, tookMs: performance.now() - startedMs };
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
  flood,
  eventFrames: () => ({ eventFrames }),
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
