import type { Command } from "../../command.ts";
import { clearSlotCode } from "./clear-slot-code.ts";
import { setSlotCode } from "./set-slot-code.ts";

/** Commands of programs that count slots. They have no resource and no phrase: nobody else can call them. */
export const slotCommands: readonly Command[] = [setSlotCode, clearSlotCode];
