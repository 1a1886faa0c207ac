import { judgeEnforcementOutcome } from "../../core/logs/radio-log.ts";
import type { LockView } from "../../core/model/lock.ts";
import { missEffects } from "../../core/outcome/capability-evidence.ts";
import type { Unreachable } from "../../core/outcome/outcome-input.ts";
import { type ClockOperation, type ClockOutcome, clockAfter } from "../../core/time/lock-clock.ts";
import { toZigbeeUtc, zoneShift } from "../../core/time/zigbee-time.ts";
import type { LockPorts } from "../lock-ports.ts";
import type { CompletedOperation } from "./completed-operation.ts";
import { unreached } from "./slot-outcome.ts";

/**
 * Writes or reads a lock's clock. The time is taken when the frame is sent.
 * @returns null if no zone is configured: the gateway leaves the clock alone then
 */
export async function performClockStep(
  ports: LockPorts,
  view: LockView,
  operation: ClockOperation,
): Promise<CompletedOperation | null> {
  const { timeZone } = ports;
  if (timeZone === undefined) return null;
  await ports.store.whenDurable();
  const outcome = await sendClockOperation(ports, view, operation, timeZone);
  return {
    name: operation.name,
    outcome,
    evaluate: ({ lock }) => {
      const effects =
        outcome.kind === "unreachable"
          ? missEffects(lock, outcome)
          : {
              lock: {
                ...lock,
                missedOperations: 0,
                lockClock: clockAfter(lock, outcome, ports.reading().nowMs, timeZone),
              },
            };
      return { effects, verdict: judgeEnforcementOutcome(operation.name, outcome, effects) };
    },
  };
}

async function sendClockOperation(
  { driver, deadlineMs, reading }: LockPorts,
  { lock }: LockView,
  operation: ClockOperation,
  timeZone: string,
): Promise<ClockOutcome | Unreachable> {
  const options = { deadlineMs, endpoint: lock.capabilities.endpoint };
  if (operation.name === "readTime") {
    const outcome = await driver.perform(lock.lock, { name: "readTime" }, options);
    if (outcome.kind === "done") return { kind: "shown", utcSeconds: outcome.reply };
    return outcome.kind === "unreachable" ? unreached(outcome) : { kind: "declined" };
  }
  const { nowMs } = reading();
  const args = { utcSeconds: toZigbeeUtc(nowMs), ...zoneShift(timeZone, nowMs) };
  const outcome = await driver.perform(lock.lock, { name: "writeTime", ...args }, options);
  if (outcome.kind === "done") return { kind: "written" };
  return outcome.kind === "unreachable" ? unreached(outcome) : { kind: "declined" };
}
