import type { Command } from "../commands/command.ts";
import { duressActions } from "./duress.ts";
import { gestureActions } from "./gesture.ts";
import { memberActions } from "./members.ts";
import type { ActionPorts } from "./ports.ts";
import { recordActions } from "./records.ts";
import { resendAction } from "./resend.ts";
import { createActions } from "./temporary-create.ts";
import { listActions } from "./temporary-lists.ts";
import { updateActions } from "./temporary-update.ts";
import { verificationActions } from "./verification.ts";

/** Every Zigbee lock action, as commands for the one door. */
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
