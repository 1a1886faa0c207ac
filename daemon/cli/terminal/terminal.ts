/** What one run of latchctl has of its process. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Output to a person: tables instead of JSON. */
  readonly isInteractive: boolean;
  /** Width of the terminal; absent = output to a file or a pipe. */
  readonly columns?: number;
  out(text: string): void;
  error(text: string): void;
  /** Asks the person at the terminal for a line; absent = nobody can be asked. An end of input is an empty line. */
  ask?(question: string, signal?: AbortSignal): Promise<string>;
  /** The same without showing what is typed: for codes. */
  askHidden?(question: string): Promise<string>;
  /**
   * Shows what latchctl waits for in one line, which the next text replaces; an empty text removes it. Absent = there
   * is no terminal to show it on.
   */
  status?(text: string): void;
  /**
   * Calls `listener` when the person leaves (Ctrl-C, a hang-up, the end of the service, a closed pipe),
   * instead of ending the process at once. @returns a function that removes the listener
   */
  onHangUp?(listener: () => void): () => void;
  /** Returns all of standard input, for `--json-params -`. */
  readInput(): Promise<string>;
}

/** Width of the output where there is no terminal. */
const usualColumns = 80;
const fewestColumns = 40;

/** Returns how wide the output may be. */
export function columnsOf({ columns }: Pick<Terminal, "columns">): number {
  // A pseudo terminal without a size says 0.
  return columns === undefined || columns === 0 ? usualColumns : Math.max(fewestColumns, columns);
}
