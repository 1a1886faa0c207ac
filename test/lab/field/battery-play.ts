import type { FieldLock } from "../../../drivers/simulated/lock/field-record.ts";
import type { VirtualLock } from "../../../drivers/simulated/lock/virtual-lock.ts";
import { batteryReport } from "./battery-frames.ts";
import { type PlayedLock, powerConfiguration, WrongStep } from "./played-lock.ts";

const lowPercent = 8;
/** The highest percentage of a battery that the gateway reports as low. */
const alarmPercent = 10;
const reportLimitMs = 3_000;

interface Reading {
  readonly raw: number;
  readonly percent: number;
}

/**
 * Reports the battery values of a model, the last one low, and compares them with what the gateway reports.
 * @throws WrongStep
 */
export async function playBattery(
  played: PlayedLock,
  { battery }: FieldLock,
  lock: VirtualLock,
  notes: string[],
): Promise<void> {
  if (battery === null) return;
  const units = lock.quirks.batteryUnitsPerPercent;
  const isKnown = battery.raw !== null && battery.percent !== null;
  const readings: Reading[] = isKnown
    ? [{ raw: battery.raw ?? 0, percent: battery.percent ?? 0 }]
    : [{ raw: 42 * units, percent: 42 }];
  // A change below the first alarm is written minutes later: one low reading is enough.
  const isLow = readings.some(({ percent }) => percent <= alarmPercent);
  if (!isLow) readings.push({ raw: lowPercent * units, percent: lowPercent });
  for (const reading of readings) {
    const before = played.power();
    lock.say(powerConfiguration, played.powerEndpoint(), batteryReport(reading.raw));
    await played.until(() => played.power() !== before && played.power() !== null, reportLimitMs);
    notes.push(judgement(played, reading, battery.scale !== null));
  }
  if ((await played.event("batteryAlarm", 0)) === null) {
    throw new WrongStep("battery: no alarm when low");
  }
  notes.push("low battery reported");
}

/** A percentage of a known scale must be right. One of an unknown scale says so, and is not above the truth. */
function judgement(played: PlayedLock, { raw, percent }: Reading, isScaleKnown: boolean): string {
  const shown = played.power() ?? -1;
  const isAssumed = played.capabilities().batteryUnitBasis === "assumed";
  const isRight = shown === percent || (isAssumed && shown >= 0 && shown < percent);
  if (isScaleKnown ? !isRight : shown < 0) {
    throw new WrongStep(`battery: ${raw} is ${percent} %, shown as ${shown} %`);
  }
  return `battery ${raw} shown as ${shown} %${isAssumed ? " (unsure)" : ""}`;
}
