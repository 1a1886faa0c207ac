import { processTerminal } from "../../daemon/cli/process-terminal.ts";
import { runProgram } from "../../daemon/cli/program.ts";
import { testCommands } from "../support/running-api.ts";

/** latchctl as it is shipped, over the commands of the tests. */
const code = await runProgram(testCommands, process.argv.slice(2), processTerminal());
process.exitCode ??= code;
