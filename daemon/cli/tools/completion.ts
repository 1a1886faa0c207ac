import type { Command as CommanderCommand } from "commander";

/** Returns a script that completes on Tab, made from the commands themselves. */
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
