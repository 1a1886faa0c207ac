#!/usr/bin/env node
import { setFlagsFromString } from "node:v8";

// A run of latchctl is over before optimised code pays for its compilation: this saves a tenth of its time.
setFlagsFromString("--no-opt");

const [{ commands }, { runProgram }, { processTerminal }] = await Promise.all([
  import("../commands/table.ts"),
  import("./program.ts"),
  import("./terminal/process-terminal.ts"),
]);
const code = await runProgram(commands, process.argv.slice(2), processTerminal());
// A signal that ended the work has set its own code.
process.exitCode ??= code;
