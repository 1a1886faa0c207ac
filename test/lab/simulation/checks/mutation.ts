/**
 * Faults put between the gateway and its world on purpose, so that the checks are seen to find them.
 * None of them is in the daemon: each makes what comes out of it wrong.
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
  /** The newest batches on disk are gone after a kill. */
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
  /** No edit at the keypad is heard of, nor looked for: until it is written, a slot reads as before. */
  "missesEdits",
  /** That a lock leaves is heard by nobody. */
  "hidesLeave",
  /** After its first restart the stick carries nothing any more, and the radio counts as online. */
  "staysDeaf",
  /** A lock that the network file has lost is never put back into it. */
  "losesLock",
  /** Whatever NTP says the cloud seems to say too: it is believed without a limit. */
  "echoesTime",
] as const;

export type Mutation = (typeof mutations)[number];
