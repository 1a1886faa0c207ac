import { turnsBetween, turnsNear } from "../life/days.ts";
import type { Random } from "../life/random.ts";
import { dayNames, permanent, type WantedWindow } from "./desired-codes.ts";

const secondMs = 1_000;
const dayMs = 86_400_000;
const daySeconds = 86_400;
export const timeZones = ["Europe/Berlin", "Asia/Shanghai", "America/New_York", "UTC"];
/** The maximum distance between a drawn window edge and a change of daylight saving. */
const nearTurnSeconds = 10_800;

/** Draws a window of any kind, with extra weight on the hours around a change of daylight saving. */
export function drawWindow(random: Random, nowMs: number): WantedWindow {
  const now = Math.floor(nowMs / secondMs);
  const luck = random.next();
  const lasts = random.integer(60, 3 * daySeconds);
  if (luck < 0.15) return permanent;
  if (luck < 0.4) return { begin: now - 60, end: now + lasts, week: null };
  const turn = nextTurn(nowMs);
  if (turn !== null && random.chance(0.4)) {
    const begin = turn + random.integer(-nearTurnSeconds, nearTurnSeconds);
    if (begin > now) return { begin, end: begin + random.integer(60, 20_000), week: null };
  }
  const begin = now + random.integer(1, 2 * daySeconds);
  if (luck < 0.7) return { begin, end: begin + lasts, week: null };
  const isNight = random.chance(0.3);
  const week = {
    days: dayNames.filter(() => random.chance(0.6)),
    start_minute: isNight ? random.integer(0, 240) : random.integer(0, 1_439),
    end_minute: isNight ? random.integer(1, 300) : random.integer(1, 1_440),
    time_zone: random.pick(timeZones),
  };
  if (week.days.length === 0 || week.start_minute === week.end_minute) return permanent;
  const isBounded = random.chance(0.4);
  return isBounded ? { begin, end: begin + 14 * daySeconds, week } : { begin: 0, end: 0, week };
}

/** Returns roughly when a clock changes within two days, Unix seconds, or null if none does. */
function nextTurn(nowMs: number): number | null {
  for (const timeZone of timeZones) {
    for (let days = 0; days <= 2; days += 1) {
      const atMs = nowMs + days * dayMs;
      if (turnsNear(timeZone, atMs)) return momentOfTurn(timeZone, atMs);
    }
  }
  return null;
}

function momentOfTurn(timeZone: string, nearMs: number): number {
  let [lowMs, highMs] = [nearMs - dayMs / 2, nearMs + dayMs / 2];
  while (highMs - lowMs > secondMs) {
    const middleMs = (lowMs + highMs) / 2;
    if (turnsBetween(timeZone, lowMs, middleMs)) highMs = middleMs;
    else lowMs = middleMs;
  }
  return Math.round(lowMs / secondMs);
}
