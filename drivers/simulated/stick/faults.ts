/** What happens to the serial line after its last byte. */
export type LineDeath = "hangs" | "isCut";

/** Commands whose answers can be withheld or replaced, by their names in the Monitor and Test API. */
export type AnswerFault = "unanswered" | number;

/** Everything that can go wrong between host, stick and locks; each switch acts at once. */
export interface FaultSwitches {
  /** Share of frames to devices that the radio loses, 0 to 1, after the MAC's own retries. */
  lossToDevice: number;
  /** Share of frames from devices that the radio loses, 0 to 1. */
  lossFromDevice: number;
  /** Time on the air of one frame, including access to the channel. */
  radioDelayMs: { readonly min: number; readonly max: number };
  /** Share of frames to the host that are preceded by 1 to 16 bytes of noise, 0 to 1. */
  garbageToHost: number;
  /** A hung stick: it takes bytes, and does and sends nothing. */
  isMute: boolean;
  /**
   * Commands by name (`AF_DATA_REQUEST`): `unanswered` = not carried out and no SRSP is sent; a number = not
   * carried out and answered with this status. `AF_*` means all commands of a subsystem.
   */
  commands: Readonly<Record<string, AnswerFault>>;
  /** What every AF_DATA_CONFIRM says: `normal`, `withheld` = none is sent, or this status for each frame. */
  confirms: "normal" | "withheld" | number;
  /** Speed of the serial line, which then carries 10 bits a byte; null is as fast as the socket. */
  baudRate: number | null;
}

/** The line dies once this many more bytes have gone to the host. */
export interface PlannedLineDeath {
  readonly afterBytes: number;
  readonly how: LineDeath;
}

/** A fault-free stick with a quick radio. */
export function noFaults(): FaultSwitches {
  return {
    lossToDevice: 0,
    lossFromDevice: 0,
    radioDelayMs: { min: 2, max: 8 },
    garbageToHost: 0,
    isMute: false,
    commands: {},
    confirms: "normal",
    baudRate: null,
  };
}

/** @throws RangeError naming the first switch that makes no sense. */
export function checkFaults(faults: FaultSwitches): void {
  for (const name of ["lossToDevice", "lossFromDevice", "garbageToHost"] as const) {
    const share = faults[name];
    if (!(share >= 0 && share <= 1)) throw new RangeError(`${name} must be between 0 and 1`);
  }
  const { min, max } = faults.radioDelayMs;
  if (!(min >= 0 && max >= min)) throw new RangeError("radioDelayMs must have 0 <= min <= max");
  for (const [name, fault] of Object.entries(faults.commands)) {
    if (fault !== "unanswered" && !isStatus(fault)) {
      throw new RangeError(`commands.${name} must be "unanswered" or a status from 0 to 255`);
    }
  }
  if (typeof faults.confirms === "number" && !isStatus(faults.confirms)) {
    throw new RangeError("confirms must be normal, withheld or a status from 0 to 255");
  }
  if (faults.baudRate !== null && !(faults.baudRate >= 300)) {
    throw new RangeError("baudRate must be null or at least 300");
  }
}

/** @returns what is wrong with the answers to a command, or null when it is carried out as usual. */
export function answerFaultOf(faults: FaultSwitches, name: string): AnswerFault | null {
  const family = `${name.slice(0, name.indexOf("_"))}_*`;
  return faults.commands[name] ?? faults.commands[family] ?? null;
}

function isStatus(value: number): boolean {
  return Number.isInteger(value) && value >= 0 && value <= 0xff;
}
