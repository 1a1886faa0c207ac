/** What one run of latchctl has of its process. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Output to a person: tables instead of JSON. */
  readonly isInteractive: boolean;
  out(text: string): void;
  error(text: string): void;
  /** Asks the person at the terminal for a line; absent = nobody can be asked. An end of input is an empty line. */
  ask?(question: string): Promise<string>;
  /** The same without showing what is typed: for codes. */
  askHidden?(question: string): Promise<string>;
  /**
   * Calls `listener` when the person leaves (Ctrl-C, a hang-up, the end of the service, a closed pipe),
   * instead of ending the process at once. @returns a function that removes the listener
   */
  onHangUp?(listener: () => void): () => void;
  /** Returns all of standard input, for `--json-params -`. */
  readInput(): Promise<string>;
}
