import type { Kind } from "./published-calls.ts";

/** Values that a field of a kind must not have, and the part of it that is named when it is not the field. */
export interface BadValue {
  readonly value: unknown;
  /** Inside the field, such as `begin` of `permission`. */
  readonly part?: string;
}

const weekly = { days: ["monday"], start_minute: 0, end_minute: 60, time_zone: "UTC" };

function values(...list: readonly unknown[]): readonly BadValue[] {
  return list.map((value) => ({ value }));
}

/** Wrong types, out of range, too long, malformed: for each kind of field. */
export function badValues(kind: Kind): readonly BadValue[] {
  switch (kind) {
    case "id":
      return values("", "x".repeat(65), "a\u0001b", 7, null, true, [], {});
    case "ids":
      return [
        ...values("h", 7, null, {}, Array<string>(257).fill("h")),
        { value: [7], part: "0" },
        { value: ["h", ""], part: "1" },
      ];
    case "uuid":
      return values("0x1", "", "0X00124B0000000001", "00124b0000000001", 7, null, [], {});
    case "center":
      return values("x".repeat(65), 7, null, [], {});
    case "text32":
      return values("x".repeat(33), 7, null, [], {});
    case "text128":
      return values("x".repeat(129), 7, null, [], {});
    case "text256":
      return values("x".repeat(257), 7, null, [], {});
    case "text512":
      return values("x".repeat(513), 7, null, [], {});
    case "person":
      return values("", "x".repeat(65), 7, null, []);
    case "phone":
      return values("", "x".repeat(33), 7, null, []);
    case "seconds":
      return values("soon", -1, 1.5, 32_503_680_001, null, true, [], {});
    case "orderTime":
      return values("noon", 0, 99, 104, 100.5, -1, null, []);
    case "flag":
      return values(2, -1, 0.5, "yes", true, null, []);
    case "state":
      return values(0, 3, "2x", true, null, []);
    case "passwordId":
      return values("one", -1, 1.5, 0x80000000, null, true, []);
    case "code":
      return values("12345", "1234567", "12345a", "１２３４５６", "", 123_456, null, ["123456"]);
    case "opId":
      return values("issued", "", "1234567890", 20_002, null, []);
    case "offset":
      return values("first", -1, 1.5, 1_000_001, null, []);
    case "count":
      return values("all", 0, 1.5, 1_001, null, []);
    case "boolean":
      return values("maybe", 1, null, []);
    case "permission":
      return [
        ...values("always", 7, null, []),
        { value: { begin: "soon" }, part: "begin" },
        { value: { end: -1 }, part: "end" },
        { value: { colour: 1 }, part: "colour" },
      ];
    case "weekly":
      return [
        ...values("sundays", 7, []),
        { value: { ...weekly, days: ["someday"] }, part: "days" },
        { value: { ...weekly, days: [] }, part: "days" },
        { value: { ...weekly, start_minute: 1440 }, part: "start_minute" },
        { value: { ...weekly, end_minute: 1441 }, part: "end_minute" },
        { value: { ...weekly, time_zone: "" }, part: "time_zone" },
        { value: { ...weekly, colour: 1 }, part: "colour" },
      ];
  }
}
