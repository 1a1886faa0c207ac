import type { Command } from "../commands/command.ts";
import type { ActionPorts } from "./ports.ts";
import { createActions } from "./temporary-create.ts";
import { listActions } from "./temporary-lists.ts";
import { updateActions } from "./temporary-update.ts";

/** Every Zigbee lock action, as commands for the one door. */
export function actionCommands(ports: ActionPorts): readonly Command[] {
  return [...createActions(ports), ...listActions, ...updateActions(ports)];
}
