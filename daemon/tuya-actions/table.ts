import type { Command } from "../commands/command.ts";
import { duressActions } from "./members/duress.ts";
import { gestureActions } from "./members/gesture.ts";
import { memberActions } from "./members/members.ts";
import { verificationActions } from "./members/verification.ts";
import type { ActionPorts } from "./ports.ts";
import { recordActions } from "./records.ts";
import { resendAction } from "./resend-action.ts";
import { createActions } from "./temporary/temporary-create.ts";
import { listActions } from "./temporary/temporary-lists.ts";
import { updateActions } from "./temporary/temporary-update.ts";

/** Returns every Zigbee lock action as a command. */
export function actionCommands(ports: ActionPorts): readonly Command[] {
  return [
    ...createActions(ports),
    ...listActions(ports),
    ...updateActions(ports),
    ...duressActions,
    ...recordActions,
    ...memberActions,
    ...gestureActions,
    ...verificationActions(ports),
    resendAction(ports),
  ];
}
