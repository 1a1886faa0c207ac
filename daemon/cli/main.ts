#!/usr/bin/env node
import { commands } from "../commands/table.ts";
import { processTerminal } from "./process-terminal.ts";
import { runProgram } from "./program.ts";

process.exitCode = await runProgram(commands, process.argv.slice(2), processTerminal());
