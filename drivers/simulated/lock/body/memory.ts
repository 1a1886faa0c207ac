import { readFileSync, renameSync, writeFileSync } from "node:fs";

/** One code as the lock keeps it, PIN or RFID. `code` is one character per octet. */
export interface CodeRecord {
  status: number;
  type: number;
  code: string;
}

export interface WeekDayRecord {
  readonly daysMask: number;
  readonly startHour: number;
  readonly startMinute: number;
  readonly endHour: number;
  readonly endMinute: number;
}

/** ZigBee local seconds, start included, end not. */
export interface YearDayRecord {
  readonly start: number;
  readonly end: number;
}

export interface HolidayRecord extends YearDayRecord {
  readonly operatingMode: number;
}

export interface LogRecord {
  readonly entryId: number;
  readonly timestamp: number;
  /** 0 operation, 1 programming, 2 alarm. */
  readonly eventType: number;
  readonly source: number;
  readonly eventCode: number;
  readonly userId: number;
  readonly code: string;
}

export interface ReportingRecord {
  readonly clusterId: number;
  readonly attributeId: number;
  readonly minSeconds: number;
  readonly maxSeconds: number;
  /** Least change of an analog attribute; 0 for discrete ones. */
  readonly change: number;
}

export interface BindingRecord {
  readonly clusterId: number;
  readonly destinationEndpoint: number;
}

/** The lock's flash: everything that outlives a battery change. Keys of maps are decimal ids. */
export interface LockMemory {
  pins: Record<string, CodeRecord>;
  rfids: Record<string, CodeRecord>;
  masterCode: string;
  /** By `userId:scheduleId`. */
  weekDays: Record<string, WeekDayRecord>;
  yearDays: Record<string, YearDayRecord>;
  holidays: Record<string, HolidayRecord>;
  log: LogRecord[];
  nextEntryId: number;
  /** Written attributes by `clusterId:attributeId`; character strings as text. */
  settings: Record<string, number | string>;
  reporting: ReportingRecord[];
  bindings: BindingRecord[];
  /** null = the clock was never set. `setAtMs` is the simulation's time. */
  clock: { utcSeconds: number; localOffsetSeconds: number; setAtMs: number } | null;
  lockState: number;
  doorState: number;
  batteryPercent: number;
  isJoined: boolean;
}

export function blankMemory(): LockMemory {
  return {
    pins: {},
    rfids: {},
    masterCode: "",
    weekDays: {},
    yearDays: {},
    holidays: {},
    log: [],
    nextEntryId: 1,
    settings: {},
    reporting: [],
    bindings: [],
    clock: null,
    lockState: 1,
    doorState: 1,
    batteryPercent: 100,
    isJoined: false,
  };
}

/** Keeps the memory in a file of mode 0600, replaced as a whole; without a path it keeps nothing. */
export class MemoryFile {
  readonly memory: LockMemory;
  readonly #path: string | null;
  #isSaving = false;

  /** @throws the file system's error, or a SyntaxError when the file is not JSON. */
  constructor(path: string | null) {
    this.#path = path;
    this.memory = { ...blankMemory(), ...(path === null ? {} : readMemory(path)) };
    // The clock stood still while the power was away.
    this.memory.clock = null;
  }

  /** Saves once for all changes of the running turn. */
  changed(): void {
    const path = this.#path;
    if (path === null || this.#isSaving) return;
    this.#isSaving = true;
    queueMicrotask(() => {
      this.#isSaving = false;
      writeFileSync(`${path}.new`, JSON.stringify(this.memory), { mode: 0o600 });
      renameSync(`${path}.new`, path);
    });
  }
}

function readMemory(path: string): Partial<LockMemory> {
  try {
    const parsed: Partial<LockMemory> = JSON.parse(readFileSync(path, "utf8"));
    return parsed;
  } catch (error) {
    if (error instanceof Error && "code" in error && error.code === "ENOENT") return {};
    throw error;
  }
}
