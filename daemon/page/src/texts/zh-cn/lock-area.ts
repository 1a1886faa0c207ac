import type { LockAreaTexts } from "../en/lock-area.ts";
import { history } from "./history.ts";
import { locks } from "./locks.ts";

export const texts: LockAreaTexts = { locks, history };
