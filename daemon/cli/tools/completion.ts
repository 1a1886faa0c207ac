import type { Command as CommanderCommand } from "commander";

/** Arguments whose values latchctl knows. */
const namedKinds: ReadonlySet<string> = new Set(["lock", "room", "home"]);

/**
 * Returns a script that completes on Tab, made from the commands themselves. Names of locks, rooms and homes come from
 * the daemon at each Tab; without a daemon there are none.
 */
export function completionScript(root: CommanderCommand, isZsh: boolean): string {
  const own = branches(root, []);
  const words = own.map(({ path, words: list }) => `    "${path}") words="${list.join(" ")}" ;;`);
  const kinds = own.flatMap(({ path, kinds: list }) =>
    list.flatMap((kind, at) => (kind === "" ? [] : [`    "${path} ${at}") kind=${kind} ;;`])),
  );
  return `${isZsh ? "autoload -U +X bashcompinit && bashcompinit\n" : ""}_latchctl_words() {
  case "$1" in
${words.join("\n")}
    *) return 1 ;;
  esac
}
_latchctl_kind() {
  case "$1" in
${kinds.join("\n")}
    *) kind="" ;;
  esac
}
_latchctl() {
  local path="" words="" kind="" word="" at=1 count=0 name="" typed="\${COMP_WORDS[COMP_CWORD]}"
  while ((at < COMP_CWORD)); do
    word="\${COMP_WORDS[at]}"
    at=$((at + 1))
    # The value of the one option that stands before the command is no argument.
    if [[ "$word" == --socket ]]; then at=$((at + 1)); continue; fi
    [[ "$word" == -* ]] && continue
    # What is no command is an argument.
    if _latchctl_words "\${path:+$path }$word"; then path="\${path:+$path }$word"; else count=$((count + 1)); fi
  done
  COMPREPLY=()
  _latchctl_kind "$path $count"
  if [[ -n "$kind" && "$typed" != -* ]]; then
    local quote=""
    case "$typed" in \\"* | \\'*) quote="\${typed:0:1}" typed="\${typed:1}" ;; esac
    typed="\${typed//\\\\/}"
    while IFS= read -r name; do
      [[ "$name" == "$typed"* ]] || continue
      [[ -z "$quote" && "$name" == *[!a-zA-Z0-9_.-]* ]] && name=$(printf '%q' "$name")
      COMPREPLY+=("$name")
    done < <(latchctl names "$kind" 2>/dev/null)
    return
  fi
  _latchctl_words "$path"
  COMPREPLY=($(compgen -W "$words" -- "$typed"))
}
complete -F _latchctl latchctl
`;
}

interface Branch {
  /** Words of the command, with spaces between them. */
  readonly path: string;
  readonly words: readonly string[];
  /** For each argument what its values are: a kind of names, or empty. */
  readonly kinds: readonly string[];
}

function branches(command: CommanderCommand, path: readonly string[]): readonly Branch[] {
  const subs = command
    .createHelp()
    .visibleCommands(command)
    .map((sub) => sub.name());
  const options = command.options.flatMap(({ long }) => (long === undefined ? [] : [long]));
  const kinds = command.registeredArguments.map((argument) =>
    namedKinds.has(argument.name()) ? argument.name() : "",
  );
  const own = { path: path.join(" "), words: [...subs, ...options, "--help"], kinds };
  return [own, ...command.commands.flatMap((sub) => branches(sub, [...path, sub.name()]))];
}
