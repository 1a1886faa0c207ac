import { Argument, type Command as CommanderCommand } from "commander";
import type { Terminal } from "./terminal/terminal.ts";

/** `latchctl completion bash`: source it, or put it into /usr/share/bash-completion/completions. */
export function addCompletion(root: CommanderCommand, terminal: Terminal): void {
  root
    .command("completion")
    .description("Print a script that completes words on Tab")
    .addArgument(new Argument("<shell>").choices(["bash", "zsh"]))
    .action((shell: string) => {
      terminal.out(completionScript(root, shell === "zsh"));
    });
}

/** Made from the commands themselves: what is there completes, nothing else. */
export function completionScript(root: CommanderCommand, isZsh: boolean): string {
  const cases = branches(root, []).map(
    ({ path, words }) => `    "${path.join(" ")}") words="${words.join(" ")}" ;;`,
  );
  return `${isZsh ? "autoload -U +X bashcompinit && bashcompinit\n" : ""}_latchctl_words() {
  case "$1" in
${cases.join("\n")}
    *) return 1 ;;
  esac
}
_latchctl() {
  local path="" words="" word at
  for ((at = 1; at < COMP_CWORD; at++)); do
    word="\${COMP_WORDS[at]}"
    [[ "$word" == -* ]] && continue
    # What is no command is an argument.
    _latchctl_words "\${path:+$path }$word" && path="\${path:+$path }$word"
  done
  _latchctl_words "$path"
  COMPREPLY=($(compgen -W "$words" -- "\${COMP_WORDS[COMP_CWORD]}"))
}
complete -F _latchctl latchctl
`;
}

interface Branch {
  readonly path: readonly string[];
  readonly words: readonly string[];
}

function branches(command: CommanderCommand, path: readonly string[]): readonly Branch[] {
  const subs = command.commands.map((sub) => sub.name());
  const options = command.options.flatMap(({ long }) => (long === undefined ? [] : [long]));
  const own = { path, words: [...subs, ...options, "--help"] };
  return [own, ...command.commands.flatMap((sub) => branches(sub, [...path, sub.name()]))];
}
