/** Who sent a command, and the id that the sender gave it. */
export interface Requester {
  /** A client's id, `account:` or `pass:` with its key, `local` for the unix socket, or `cloud`. */
  readonly by: string;
  readonly commandId?: string;
}
