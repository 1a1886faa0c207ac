import type { Kind } from "./published-calls.ts";

/** A value that a field must not have. `part` is the name in the error, if not the field itself. */
export interface BadValue {
  readonly value: unknown;
  /** Inside the field, such as `begin` of `permission`. */
  readonly part?: string;
}

const weekly = { days: ["monday"], start_minute: 0, end_minute: 60, time_zone: "UTC" };

function values(...list: readonly unknown[]): readonly BadValue[] {
  return list.map((value) => ({ value }));
}

const badValuesByKind: Readonly<Record<Kind, readonly BadValue[]>> = {
  id: values("", "x".repeat(65), "a\u0001b", 7, null, true, [], {}),
  ids: [
    ...values("h", 7, null, {}, Array<string>(257).fill("h")),
    { value: [7], part: "0" },
    { value: ["h", ""], part: "1" },
  ],
  uuid: values("0x1", "", "0x00124b000000000g", "00124b0000000001", 7, null, [], {}),
  center: values("x".repeat(65), 7, null, [], {}),
  text32: values("x".repeat(33), 7, null, [], {}),
  text128: values("x".repeat(129), 7, null, [], {}),
  text256: values("x".repeat(257), 7, null, [], {}),
  text512: values("x".repeat(513), 7, null, [], {}),
  person: values("", "x".repeat(65), 7, null, []),
  phone: values("", "x".repeat(33), 7, null, []),
  seconds: values("soon", -1, 1.5, 32_503_680_001, null, true, [], {}),
  edge: values("soon", " ", -1, 1.5, 32_503_680_001, true, [], {}),
  orderTime: values("noon", 0, 99, 104, 100.5, -1, null, []),
  flag: values(2, -1, 0.5, "yes", true, null, []),
  state: values(0, 3, "2x", true, null, []),
  passwordId: values("one", -1, 1.5, 0x80000000, null, true, []),
  code: values("12345", "1234567", "12345a", "１２３４５６", "", 123_456, null, ["123456"]),
  opId: values("issued", "", "1234567890", 20_002, null, []),
  offset: values("first", -1, 1.5, 1_000_001, null, []),
  count: values("all", 0, 1.5, 1_001, null, []),
  boolean: values("maybe", 1, null, []),
  permission: [
    ...values("always", 7, true, []),
    { value: { begin: "soon" }, part: "begin" },
    { value: { end: -1 }, part: "end" },
    { value: { colour: 1 }, part: "colour" },
  ],
  weekly: [
    ...values("sundays", 7, []),
    { value: { ...weekly, days: ["someday"] }, part: "days" },
    { value: { ...weekly, days: [] }, part: "days" },
    { value: { ...weekly, start_minute: 1440 }, part: "start_minute" },
    { value: { ...weekly, end_minute: 1441 }, part: "end_minute" },
    { value: { ...weekly, time_zone: "" }, part: "time_zone" },
    { value: { ...weekly, colour: 1 }, part: "colour" },
  ],
};

/** Returns values of a wrong type, out of range, too long or malformed, for a kind of field. */
export function badValues(kind: Kind): readonly BadValue[] {
  return badValuesByKind[kind];
}
