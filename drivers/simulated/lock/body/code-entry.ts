import type { SimulationTime } from "../../radio.ts";
import {
  AlarmCode,
  DoorLockAttribute,
  Operation,
  Source,
  type SourceCode,
} from "../../zcl/constants.ts";
import type { Settings } from "../cluster/settings.ts";
import { type AccessDecision, decideAccess } from "./access.ts";
import type { ActLog, ActReason } from "./act-log.ts";
import type { Bolt } from "./bolt.ts";
import type { CodeTable } from "./code-table.ts";
import type { Events } from "./events.ts";
import type { LockClock } from "./lock-clock.ts";
import type { MemoryFile } from "./memory.ts";
import type { Schedules } from "./schedules.ts";

const a = DoorLockAttribute;

/** operatingMode (0x0025). */
export const OperatingMode = { normal: 0, vacation: 1, privacy: 2, noRf: 3, passage: 4 } as const;

export type Intent = "unlock" | "lock";

/** What the person at the door sees. */
export type EntryResult = "opened" | "locked" | "refused" | "lockedOut" | "jammed";

interface EntryParts {
  readonly time: SimulationTime;
  readonly file: MemoryFile;
  readonly clock: LockClock;
  readonly pins: CodeTable;
  readonly rfids: CodeTable;
  readonly schedules: Schedules;
  readonly settings: Settings;
  readonly events: Events;
  readonly bolt: Bolt;
  readonly acts: ActLog;
}

interface Judgement {
  readonly decision: AccessDecision | "unknownCode";
  readonly userId: number | null;
}

/** Judges codes, counts wrong ones, and locks the keypad out. */
export class CodeEntry {
  readonly #parts: EntryParts;
  #wrongCodes = 0;
  #lockedOutUntilMs = 0;

  constructor(parts: EntryParts) {
    this.#parts = parts;
  }

  get isLockedOut(): boolean {
    return this.#parts.time.nowMs() < this.#lockedOutUntilMs;
  }

  get operatingMode(): number {
    const { schedules, clock, settings } = this.#parts;
    return schedules.holidayMode(clock.localSeconds()) ?? settings.get(a.operatingMode);
  }

  /** Lock and unlock over the air are refused in privacy and no-RF mode. */
  get isRfRefused(): boolean {
    const mode = this.operatingMode;
    return mode === OperatingMode.privacy || mode === OperatingMode.noRf;
  }

  /** What the lock would decide about a code, without any effect. */
  judge(kind: "pin" | "rfid", code: string): Judgement {
    const { file, pins, rfids, schedules, clock } = this.#parts;
    if (kind === "pin" && code.length > 0 && code === file.memory.masterCode) {
      return { decision: "granted", userId: null };
    }
    const found = (kind === "pin" ? pins : rfids).findByCode(code);
    if (found === null) return { decision: "unknownCode", userId: null };
    const [userId, user] = found;
    const weekDays = schedules.weekDaysOf(userId);
    const yearDays = schedules.yearDaysOf(userId);
    return { decision: decideAccess(user, weekDays, yearDays, clock.localSeconds()), userId };
  }

  /** A code at the keypad, or a fob at the reader. */
  present(
    source: typeof Source.keypad | typeof Source.rfid,
    code: string,
    intent: Intent,
  ): EntryResult {
    if (this.isLockedOut) {
      this.#note("lockedOut", source, null);
      return "lockedOut";
    }
    const mode = this.operatingMode;
    if (mode === OperatingMode.vacation || mode === OperatingMode.privacy) {
      this.#note("refused", source, null, "operatingMode");
      return "refused";
    }
    const judgement = this.judge(source === Source.keypad ? "pin" : "rfid", code);
    if (!this.#admit(source, code, intent, judgement)) return "refused";
    return this.#move(source, code, intent, judgement.userId);
  }

  /**
   * The code of a lock or unlock command over the air, where requirePinForRfOperation asks for it.
   * @returns whose code it is (null = nobody's), or "refused".
   */
  presentOverTheAir(code: string, intent: Intent): number | null | "refused" {
    const isRequired = this.#parts.settings.is(a.requirePinForRfOperation);
    const judgement = this.judge("pin", code);
    if (!isRequired) return judgement.userId;
    if (this.isLockedOut) return "refused";
    return this.#admit(Source.rf, code, intent, judgement) ? judgement.userId : "refused";
  }

  #move(source: SourceCode, code: string, intent: Intent, userId: number | null): EntryResult {
    const opcode = intent === "unlock" ? Operation.unlock : Operation.lock;
    const to = intent === "unlock" ? "unlocked" : "locked";
    const hasMoved = this.#parts.bolt.move(to, { source, code: opcode, userId, pin: code });
    if (!hasMoved) return "jammed";
    return intent === "unlock" ? "opened" : "locked";
  }

  #admit(source: SourceCode, code: string, intent: Intent, judgement: Judgement): boolean {
    const { decision, userId } = judgement;
    if (decision === "granted") {
      this.#wrongCodes = 0;
      return true;
    }
    this.#note("refused", source, userId, decision);
    this.#parts.events.operation({
      source,
      code: refusalCode(decision, intent),
      userId,
      pin: code,
    });
    if (decision === "unknownCode" || decision === "disabled") this.#countWrongCode(source);
    return false;
  }

  #countWrongCode(source: SourceCode): void {
    const { settings, time, events } = this.#parts;
    this.#wrongCodes++;
    if (this.#wrongCodes < settings.get(a.wrongCodeEntryLimit)) return;
    this.#wrongCodes = 0;
    this.#lockedOutUntilMs = time.nowMs() + settings.get(a.userCodeTemporaryDisableTime) * 1000;
    this.#note("alarm", source, null, "wrongCodeEntryLimit");
    events.alarm(AlarmCode.wrongCodeEntryLimit);
  }

  #note(
    act: "refused" | "lockedOut" | "alarm",
    source: SourceCode,
    userId: number | null,
    reason: ActReason | null = null,
  ): void {
    this.#parts.acts.add({ act, source, userId, reason });
  }
}

function refusalCode(decision: Exclude<Judgement["decision"], "granted">, intent: Intent): number {
  switch (decision) {
    case "unknownCode":
    case "disabled":
      return intent === "unlock" ? Operation.unlockFailurePinId : Operation.lockFailurePinId;
    case "outsideSchedule":
      return intent === "unlock" ? Operation.unlockFailureSchedule : Operation.lockFailureSchedule;
    case "nonAccess":
      return Operation.nonAccessUser;
  }
}
