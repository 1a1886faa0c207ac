import type { BatteryUnit } from "../../../daemon/core/model/door-lock.ts";

/** How one model departs from the ZCL, as data. Every field has a default that follows the ZCL. */
export interface Quirks {
  /** Limit of PIN slots, whatever attribute 0x0012 reports; null = attribute 0x0012 is right. */
  readonly pinUsersAtMost: number | null;
  /** First and last user id for passwords; `lastUserId` null = the number of slots less one. */
  readonly firstUserId: number;
  readonly lastUserId: number | null;
  /** First user id of codes that people make at the door: read, never given; null = as `firstUserId`. */
  readonly peoplesFirstUserId: number | null;
  readonly reservedUserIds: readonly number[];
  /** Length rule of the keypad where attributes 0x0017/0x0018 do not give it. */
  readonly pinLength: { readonly min: number; readonly max: number } | null;
  /** Least time between two commands, ms. */
  readonly spacingMs: number;
  /** What 0x0001/0x0021 counts in; `unsure` is read as half percent, the lower of the two. */
  readonly batteryScale: BatteryUnit | "unsure";
  /** Get PIN Code is answered at all. */
  readonly answersGetPinCode: boolean;
  /** Clear PIN Code is answered; where it is not, its reception is all that can be known. */
  readonly answersClearPinCode: boolean;
  /** Events with a user id of 256 and more carry it in the high byte. */
  readonly hasUserIdInHighByte: boolean;
  /** A deletion of user 0 can mean "a duplicate was refused" as well as "all": it names no user. */
  readonly isDeletionOfUserZeroAmbiguous: boolean;
  /** Statuses of Set PIN Code Response with which the code was taken; ZCL: 0 alone. */
  readonly setPinStatusesTaken: readonly number[];
  /** A LockState of "locked" proves nothing, and its report is not asked for. */
  readonly isLockedReportFalse: boolean;
  /** Its node descriptor claims that it always listens, but it sleeps. */
  readonly sleepsWhateverItClaims: boolean;
}

/** Quirks of the models that a pattern fits. */
export interface ModelQuirks {
  /** Fits the model id of the Basic cluster (0x0005). */
  readonly model: RegExp;
  /** Fits the manufacturer name (0x0004); absent = any. */
  readonly manufacturer?: RegExp;
  /** Where it was found: a repository's issue, a driver, a maker's paper. */
  readonly source?: string;
  readonly quirks: Partial<Quirks>;
}
