import { programmingWork, unrestrictWork } from "../../enforcement/enforcement-work.ts";
import type { Effects } from "../../model/lock.ts";
import type { PlannedOperation } from "../../model/slot-operation.ts";
import { completion } from "../completion.ts";
import {
  clearStep,
  nothingToDo,
  overwriteStep,
  type Priority,
  rank,
  readOperation,
  recordStep,
  slotStep,
  type Work,
} from "../plan-work.ts";
import type { Action } from "./decision-table.ts";
import type { SlotSituation } from "./slot-situation.ts";

type SlotAction = Action<SlotSituation>;

/** What the planner can do about a password and its slot. */

function act(text: string, work: (situation: SlotSituation) => Work): SlotAction {
  return { text, work };
}

export const leaveIt = act("nothing", () => nothingToDo);

export const awaitNextTry = act("wait for the next try", ({ slot }) => ({
  kind: "none",
  wakeAtMs: slot.retryAtMs,
}));

export const awaitNextTryAndBlockGrants = act(
  "wait for the next try; no grant of this lock goes before it",
  ({ slot }) => ({ kind: "blockGrants", wakeAtMs: slot.retryAtMs }),
);

export const unpark = act("end the parking", ({ slot }) =>
  recordStep({ slots: [{ ...slot, refusals: 0, retryAtMs: null, parkedRevision: null }] }),
);

// Reads.

export const readToRevoke = act("read the slot, before any grant", (situation) =>
  readSlot(situation, { rank: rank.revokeRead, dueMs: 0 }),
);

export const readToGrant = act("read the slot", (situation) =>
  readSlot(situation, { rank: rank.grantRead, dueMs: situation.dueMs }),
);

export const readToLoad = act("read the slot", (situation) =>
  readSlot(situation, { rank: rank.preload, dueMs: situation.beginMs }),
);

export const readToConfirm = act("read the slot, after all other work", (situation) =>
  readSlot(situation, { rank: rank.verify, dueMs: 0 }),
);

// Writes that take access away.

export const clear = act("clear the slot", ({ slot }) => clearStep(slot));

export const disable = act("disable the code", ({ slot }) => {
  const { userId } = slot;
  const disabling = { name: "setUserStatus", userId, userStatus: "occupiedDisabled" } as const;
  return slotStep(slot, disabling, { rank: rank.revoke, dueMs: 0 });
});

export const overwrite = act("overwrite the code with random digits", ({ slot }) =>
  overwriteStep(slot),
);

// Writes that give access.

export const setCode = act("set the code", ({ slot, dueMs }) => {
  const { userId } = slot;
  const setting: PlannedOperation = { name: "setPinCode", userId, userStatus: "occupiedEnabled" };
  return slotStep(slot, setting, { rank: rank.grant, dueMs });
});

export const enable = act("enable the code", ({ slot, dueMs }) =>
  enableCode(slot, { rank: rank.grant, dueMs }),
);

export const loadDisabled = act("set the code, disabled", ({ slot, beginMs }) => {
  const { userId } = slot;
  const setting: PlannedOperation = { name: "setPinCode", userId, userStatus: "occupiedDisabled" };
  return slotStep(slot, setting, { rank: rank.preload, dueMs: beginMs });
});

export const enableLoaded = act("enable the code", ({ slot, beginMs }) =>
  enableCode(slot, { rank: rank.preload, dueMs: beginMs }),
);

// The lock's own schedules.

export const unrestrict = act("make the user unrestricted", ({ slot, dueMs }) =>
  unrestrictWork(slot, dueMs),
);

export const programSchedules = act("send or read back the next schedule", (situation) => {
  const { view, slot, schedules, password } = situation;
  if (schedules === null) return nothingToDo;
  const dueMs = password.window.endMs ?? Number.MAX_SAFE_INTEGER;
  return programmingWork(view, slot, { schedules, dueMs });
});

export const programAhead = act("send or read back the next schedule", (situation) => {
  const { view, slot, preload, beginMs } = situation;
  return preload === null
    ? nothingToDo
    : programmingWork(view, slot, { schedules: preload, dueMs: beginMs });
});

// Records, without radio.

export const complete = act("record and report that it is done", ({ completed }) =>
  recorded(completed),
);

export const completeRevocation = act(
  "record and report that it is done; free the slot if the password is over",
  ({ completed }) => recorded(completed),
);

export const completeLoaded = act("record and report that it is done", ({ preloaded }) =>
  recorded(preloaded),
);

export const release = act("free the slot and end the password", ({ completed }) =>
  recorded(completed),
);

export const takeSlotAway = act("free the slot; the password needs another one", (situation) =>
  recordStep(completion.withoutSlot(situation.password, situation.slot)),
);

export const failUnsupported = act("report `unsupported`", ({ password }) =>
  recordStep(completion.failed(password, "unsupported")),
);

export const failLost = act("report `lost`", ({ password }) =>
  recordStep(completion.failed(password, "lost")),
);

export const noteLoss = act("record `lost` without a report", ({ password }) =>
  recordStep({ passwords: [{ ...password, failure: "lost" }] }),
);

function readSlot({ view, slot }: SlotSituation, priority: Priority): Work {
  return slotStep(slot, readOperation(view, slot.userId), priority);
}

function enableCode(slot: SlotSituation["slot"], priority: Priority): Work {
  const { userId } = slot;
  const enabling = { name: "setUserStatus", userId, userStatus: "occupiedEnabled" } as const;
  return slotStep(slot, enabling, priority);
}

function recorded(effects: Effects | null): Work {
  return effects === null ? nothingToDo : recordStep(effects);
}
