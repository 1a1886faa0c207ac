/** One call of a real run, as JSON texts. The tests make them; times and secrets are stable. */
export interface CallExample {
  /** Its parameters. */
  readonly request: string;
  /** What REST answered. */
  readonly reply: string;
  /** What the cloud gets over MQTT if it may not make this call. */
  readonly refusal?: string;
}
