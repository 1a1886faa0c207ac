#!/usr/bin/env node
import { commands } from "../commands/table.ts";
import { runProgram } from "./program.ts";
import { processTerminal } from "./terminal/process-terminal.ts";

const code = await runProgram(commands, process.argv.slice(2), processTerminal());
// A signal that ended the work has set its own.
process.exitCode ??= code;
