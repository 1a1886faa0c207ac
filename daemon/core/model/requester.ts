/** Who sent a command: a client, a unix user or the cloud, and the id that it gave the command. */
export interface Requester {
  readonly by: string;
  readonly commandId?: string;
}
