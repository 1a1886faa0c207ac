import { runProgram } from "../../../../daemon/cli/program.ts";
import { processTerminal } from "../../../../daemon/cli/terminal/process-terminal.ts";
import { testCommands } from "../../../support/rest/running-api.ts";

/** latchctl as it is shipped, over the commands of the tests. */
const code = await runProgram(testCommands, process.argv.slice(2), processTerminal());
process.exitCode ??= code;
