/**
 * Reads the system's time zones: TZif files (RFC 8536). Intl knows the same zones, but its tables take about
 * 8 MiB of memory from the first question on.
 */

import { footerOffsets } from "./zone-footer.ts";
import type { ZoneOffsets } from "./zone-offsets.ts";

const magic = 0x545a6966; // "TZif"
const headerBytes = 44;
/** The data block of version 1 has times of 4 bytes, the one of later versions times of 8. */
const secondVersion = 0x32;

interface Counts {
  readonly isUtc: number;
  readonly isStandard: number;
  readonly leap: number;
  readonly time: number;
  readonly type: number;
  readonly character: number;
}

/**
 * Reads a TZif file.
 * @returns null if it is no TZif file, if it has version 1, which ends in 2037, or if it counts leap seconds,
 * which Unix time does not.
 */
export function readZoneFile(file: Uint8Array): ZoneOffsets | null {
  const view = new DataView(file.buffer, file.byteOffset, file.byteLength);
  const first = countsAt(view, 0);
  if (first === null || view.getUint8(4) < secondVersion) return null;
  const second = headerBytes + blockBytes(first, 4);
  const counts = countsAt(view, second);
  if (counts === null || counts.leap > 0 || counts.type < 1) return null;
  const begin = second + headerBytes;
  const end = begin + blockBytes(counts, 8);
  if (end > view.byteLength) return null;
  const footer = footerOffsets(textAfter(file, end));
  return footer === null ? null : offsetsOf(transitionsAt(view, begin, counts), footer);
}

interface Transitions {
  /** Unix seconds, ascending. */
  readonly seconds: Float64Array;
  /** The offset from each of these seconds on, ms. */
  readonly offsetsMs: Float64Array;
  /** The offset before the first of them. */
  readonly earliestMs: number;
}

function offsetsOf(transitions: Transitions, footer: ZoneOffsets | "none"): ZoneOffsets {
  const { seconds, offsetsMs, earliestMs } = transitions;
  const count = seconds.length;
  const lastSeconds = seconds[count - 1] ?? Number.NEGATIVE_INFINITY;
  const lastMs = offsetsMs[count - 1] ?? earliestMs;
  return (atMs) => {
    const at = atMs / 1000;
    if (at >= lastSeconds) return footer === "none" ? lastMs : footer(atMs);
    let low = 0;
    let high = count;
    while (low < high) {
      const middle = (low + high) >> 1;
      if ((seconds[middle] ?? 0) <= at) low = middle + 1;
      else high = middle;
    }
    return offsetsMs[low - 1] ?? earliestMs;
  };
}

function transitionsAt(view: DataView, begin: number, { time, type }: Counts): Transitions {
  const typeIndexes = begin + time * 8;
  const types = typeIndexes + time;
  const offsetMs = (index: number) =>
    index < type ? view.getInt32(types + index * 6) * 1000 : Number.NaN;
  const seconds = new Float64Array(time);
  const offsetsMs = new Float64Array(time);
  for (let index = 0; index < time; index += 1) {
    seconds[index] = Number(view.getBigInt64(begin + index * 8));
    offsetsMs[index] = offsetMs(view.getUint8(typeIndexes + index));
  }
  return { seconds, offsetsMs, earliestMs: offsetMs(0) };
}

function countsAt(view: DataView, at: number): Counts | null {
  if (at + headerBytes > view.byteLength || view.getUint32(at) !== magic) return null;
  const count = (index: number) => view.getUint32(at + 20 + index * 4);
  return {
    isUtc: count(0),
    isStandard: count(1),
    leap: count(2),
    time: count(3),
    type: count(4),
    character: count(5),
  };
}

function blockBytes(counts: Counts, timeBytes: 4 | 8): number {
  const { isUtc, isStandard, leap, time, type, character } = counts;
  const leapBytes = leap * (timeBytes + 4);
  return time * (timeBytes + 1) + type * 6 + character + leapBytes + isStandard + isUtc;
}

/** Returns the footer, which is between two newlines. */
function textAfter(file: Uint8Array, end: number): string {
  return String.fromCharCode(...file.subarray(end + 1, -1));
}
