import { type Command as CommanderCommand, Help } from "commander";
import { columnsOf, type Terminal } from "./terminal/terminal.ts";
import { wrapText } from "./terminal/text-wrap.ts";
import { helpGroups } from "./words/phrase-words.ts";

export const exitCodeText = `
Exit codes: 0 done, 1 refused or not as wanted, 2 wrong usage, 69 the daemon
does not answer, 75 accepted and still on its way, 77 no right to the socket.`;

/** Heading of commands that are in no group. */
const furtherGroup = "Further:";

/** Help is read best in lines that are not longer. */
const widestHelp = 100;

/** Makes help fit the terminal: commands by their group, without the list of their arguments. */
export function configureHelp(root: CommanderCommand, terminal: Terminal): void {
  const width = Math.min(widestHelp, columnsOf(terminal));
  const groupOf = new Map(
    helpGroups.flatMap(([heading, names]) => names.map((name) => [name, heading])),
  );
  const places = new Map(helpGroups.flatMap(([, names]) => names).map((name, at) => [name, at]));
  const placeOf = (sub: CommanderCommand) => places.get(sub.name()) ?? places.size;
  root
    .configureOutput({
      writeOut: (text) => terminal.out(text),
      writeErr: (text) => terminal.error(text),
      outputError: (text, write) => write(`${wrapText(text.trimEnd(), width).join("\n")}\n`),
      getOutHelpWidth: () => width,
      getErrHelpWidth: () => width,
    })
    .configureHelp({
      minWidthToWrap: 20,
      subcommandTerm: (command) => command.name(),
      commandUsage: (command) => `${pathOf(command)} ${command.usage()}`,
      // In the sequence of the sorted commands, not of the table.
      groupItems: (_unsorted, visible, groupOfItem) =>
        new Help().groupItems([...visible], [...visible], groupOfItem),
      visibleCommands: (command) => {
        const own = [...new Help().visibleCommands(command)];
        if (command !== root) return own;
        for (const sub of own) sub.helpGroup(groupOf.get(sub.name()) ?? furtherGroup);
        return own.sort((left, right) => placeOf(left) - placeOf(right));
      },
    })
    .helpCommand("help [command]", "Show the help of a command");
}

/** Returns the words of a command, without the other spelling of its name. */
function pathOf(command: CommanderCommand): string {
  return command.parent === null ? command.name() : `${pathOf(command.parent)} ${command.name()}`;
}
