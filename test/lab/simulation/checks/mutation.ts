/**
 * Deliberate faults between the gateway and its environment, which prove that the checks can find them.
 * The daemon itself stays unchanged: each fault corrupts its input or its output.
 */
export const mutations = [
  /** A code that is cleared opens as before, and no read shows it. */
  "forgetsClear",
  /** Locks keep every schedule an hour early, and show it as it was sent. */
  "shiftsGuard",
  /** A code that was cleared is back in its slot a while later. */
  "revivesCode",
  /** Two journal records have one number. */
  "reusesNumber",
  /** A kill removes the newest batches from the disk. */
  "losesCommit",
  /** Codes are in the log. */
  "printsCode",
  /** The completion of a command is reported twice. */
  "endsTwice",
  /** A lock that reports its own clears again shows the slot empty meanwhile, whatever is in it. */
  "provesEchoes",
  /** Every deletion at the keypad, and every echo that looks like one, is reported again half an hour later. */
  "copiesMuchLater",
  /** Reads still show what was in the slots before somebody changed it while no gateway ran. */
  "hidesEdits",
  /** Neither an event nor a read shows an edit at the keypad: a slot reads as before until the gateway writes it. */
  "missesEdits",
  /** Nobody hears that a lock leaves. */
  "hidesLeave",
  /** After its first restart the stick carries no frames, but the radio counts as online. */
  "staysDeaf",
  /** A lock that the network file has lost is never put back into it. */
  "losesLock",
  /** The cloud appears to confirm every NTP time, so the gateway accepts any NTP time without a limit. */
  "echoesTime",
] as const;

export type Mutation = (typeof mutations)[number];
