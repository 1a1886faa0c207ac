import type { LockId } from "../../../../daemon/core/model/door-lock.ts";
import type { Window } from "../../../../daemon/core/model/window.ts";
import { plan } from "../../../../daemon/core/plan/plan.ts";
import { LockWaker } from "../../../../daemon/locks/lock-waker.ts";
import { aCode, aPassword, aSlot, aView, someCapabilities } from "../../../support/records.ts";
import { Random } from "../../simulation/life/random.ts";
import { VirtualTime } from "../../simulation/virtual-time.ts";
import { bareFigure, type Figure } from "../figures.ts";
import { nowNs } from "../monotonic.ts";

const locks = 50;
const passwordsPerLock = 100;
const secondMs = 1_000;
const hourMs = 3_600 * secondMs;
const beginMs = Date.UTC(2026, 8, 20, 6);
const rounds = 400;

/** Planning one lock whose passwords are a third permanent, a third one-off and a third weekly. */
export function measurePlanningAtScale(passwords = passwordsPerLock): Figure {
  const view = mixedLock(passwords);
  const tookUs: number[] = [];
  for (let round = 0; round < rounds; round += 1) {
    const time = { nowMs: beginMs + round * 7 * 60 * secondMs, state: "synced" } as const;
    const startNs = nowNs();
    plan({ view, time, blockedUntilMs: null });
    if (round >= rounds / 4) tookUs.push((nowNs() - startNs) / 1_000);
  }
  return bareFigure(`planning a lock with ${passwords} mixed passwords`, "µs", tookUs);
}

function mixedLock(passwords: number) {
  const numbers = Array.from({ length: passwords }, (_, index) => index + 1);
  return aView({
    lock: { capabilities: someCapabilities({ pinUsers: passwords, lastUserId: passwords }) },
    passwords: numbers.map((id) =>
      aPassword({
        id,
        userId: id,
        code: aCode(String(id)),
        window: windowOf(id),
        operationStage: "done",
      }),
    ),
    slots: numbers.map((userId) =>
      aSlot({
        userId,
        holder: userId,
        appliedRevision: 1,
        attemptedRevision: 1,
        confidence: "confirmed",
        content: {
          kind: "occupied",
          mark: String(userId),
          userStatus: "occupiedEnabled",
          userType: "unrestricted",
        },
        verifiedAtMs: beginMs,
      }),
    ),
  });
}

function windowOf(number: number): Window {
  switch (number % 3) {
    case 0:
      return { beginMs: null, endMs: null, weekly: null };
    case 1:
      return { beginMs, endMs: beginMs + number * 24 * hourMs, weekly: null };
    default: {
      const startMinute = 300 + (number % 60);
      const timeZone = number % 2 === 0 ? "Europe/Berlin" : "America/New_York";
      return {
        beginMs: null,
        endMs: null,
        weekly: { daysMask: 1 + (number % 127), startMinute, endMinute: 1_200, timeZone },
      };
    }
  }
}

/** Finding which lock is due next, each time one lock's wake changes. */
export function measureNextDue(): Figure {
  const time = new VirtualTime(beginMs);
  const waker = new LockWaker(
    time,
    () => time.nowMs,
    () => {},
  );
  const names = Array.from({ length: locks }, (_, index): LockId => `0x${index}`);
  const random = new Random(1);
  const tookUs: number[] = [];
  for (let round = 0; round < 20 * rounds; round += 1) {
    const dueMs = time.nowMs + random.integer(1, hourMs);
    const lock = random.pick(names);
    const startNs = nowNs();
    waker.wakeAt(lock, dueMs);
    tookUs.push((nowNs() - startNs) / 1_000);
  }
  waker.stop();
  return bareFigure(`finding what is due next among ${locks} locks`, "µs", tookUs);
}
