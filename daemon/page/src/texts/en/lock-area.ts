import { history } from "./history.ts";
import { locks } from "./locks.ts";

/** Texts of the screens of locks, loaded with the first of them. */
export const texts = { locks, history };

export type LockAreaTexts = typeof texts;
