import Type from "typebox";
import { GatewayError } from "../core/model/errors.ts";

/**
 * A time in the unit of either generation, as a number or as the text of one: Unix seconds (10 digits)
 * or milliseconds (13 digits).
 */
export const eitherTime = (description: string) =>
  Type.Union(
    [
      Type.String({ pattern: "^[0-9]{1,15}$" }),
      Type.Integer({ minimum: 0, maximum: 999_999_999_999_999 }),
    ],
    { description: `${description}: Unix seconds or ms` },
  );

/** A number below this is seconds (until the year 5138); others are milliseconds (from 1973). */
const minMs = 100_000_000_000;

/** Returns milliseconds since 1970. */
export function msOf(time: string | number): number {
  const number = Number(time);
  return number < minMs ? number * 1000 : number;
}

/** Returns whole Unix seconds, the unit of the commands and of a lock's own windows. */
export function secondsOf(time: string | number, field: string): number {
  const seconds = Math.floor(msOf(time) / 1000);
  if (seconds > latestSeconds) {
    throw new GatewayError("badParameters", `${field}: is later than the year 3000`, { field });
  }
  return seconds;
}

const latestSeconds = 32_503_680_000;
