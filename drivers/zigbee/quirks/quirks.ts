import type { ModelQuirks, Quirks } from "./quirk-model.ts";
import { modelQuirks } from "./quirk-table.ts";

/** A lock that follows the ZCL. */
export const standardQuirks: Quirks = {
  pinUsersAtMost: null,
  firstUserId: 1,
  lastUserId: null,
  peoplesFirstUserId: null,
  reservedUserIds: [],
  pinLength: null,
  spacingMs: 0,
  batteryScale: "unsure",
  answersGetPinCode: true,
  answersClearPinCode: true,
  hasUserIdInHighByte: false,
  isDeletionOfUserZeroAmbiguous: false,
  setPinStatusesTaken: [0],
  isLockedReportFalse: false,
  sleepsWhateverItClaims: false,
};

/** @returns the quirks of a model: all rows that fit, a later one over an earlier one. */
export function quirksOf(
  model: string,
  manufacturer: string,
  extra: readonly ModelQuirks[] = [],
): Quirks {
  let quirks = standardQuirks;
  for (const row of [...modelQuirks, ...extra]) {
    if (!row.model.test(model)) continue;
    if (row.manufacturer !== undefined && !row.manufacturer.test(manufacturer)) continue;
    quirks = { ...quirks, ...row.quirks };
  }
  return quirks;
}
