/** A remote lock or unlock that was sent, and whose effect the lock has not shown or reported yet. */
export interface RemoteOperation {
  readonly action: "lock" | "unlock";
  /** When it was sent, trusted ms UTC. */
  readonly sentAtMs: number;
  /** The lock accepted the command; absent = no answer arrived. */
  readonly isAccepted?: true;
}
