/** The world of one run of latchctl. */
export interface Terminal {
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Output to a person: tables instead of JSON. */
  readonly isInteractive: boolean;
  out(text: string): void;
  error(text: string): void;
  /** All of standard input, for `--json-params -`. */
  readInput(): Promise<string>;
}
