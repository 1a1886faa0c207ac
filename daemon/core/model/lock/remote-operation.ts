/** A remote lock or unlock that was sent, and whose effect the lock has not shown or told yet. */
export interface RemoteOperation {
  readonly action: "lock" | "unlock";
  /** When it was sent, trusted ms UTC. */
  readonly sentAtMs: number;
  /** The lock answered that it does it; absent = no answer was heard. */
  readonly isAccepted?: true;
}
