import type { PasswordOrigin } from "../core/model/password.ts";
import type { ClientRecord } from "../store/store.ts";

/**
 * Who may call (docs/api.md, "Who may call"). `open` needs no token; `visit` is for both sides of an installation
 * appointment: manager, steward and installer.
 */
export type Access = ClientRecord["scope"] | "open" | "visit";

/** Returns what a caller counts as: a client's id, or the account or the pass of a session, whatever its name is. */
export function callerKey({ name, session }: Pick<Caller, "name" | "session">): string {
  return session === undefined ? name : `${session.kind}:${session.subject}`;
}

/** Who calls, and how the call came. */
export interface Caller {
  readonly transport: "mqtt" | "rest" | "socket";
  /** The client's id, `cloud`, `local` for the unix socket, or a person's name, which a client may have too. */
  readonly name: string;
  readonly scope: ClientRecord["scope"];
  /** The session of the page through which the call came; absent = another way. */
  readonly session?: {
    readonly id: string;
    readonly kind: "account" | "pass";
    /** Key of the account, or id of the pass. */
    readonly subject: string;
    readonly beganAtMs: number;
    /**
     * Counts a wrong passphrase that was given within the session; too many end it.
     * @throws (rejects) GatewayError `store`
     */
    noteWrongPassphrase(): Promise<void>;
  };
  /** Homes that the caller's work is limited to; absent = all. */
  readonly homes?: readonly string[];
  /** Origin that a password made by this caller gets. */
  readonly origin: PasswordOrigin;
}
