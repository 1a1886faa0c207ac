import type { CloudCommand } from "../../../../daemon/commands/execution.ts";
import type { LockId } from "../../../../daemon/core/model/door-lock.ts";
import type { PasswordWish } from "../checks/password-wish.ts";
import type { GrantAct } from "../grants/grant-wish.ts";

/** A command with what it means, for the cloud's own books. */
export type Wish =
  | PasswordWish
  | {
      readonly kind: "snapshot";
      readonly wishes: readonly PasswordWish[];
      /**
       * The passwords in the snapshot. The gateway must remove all others except those that a person made at the lock.
       */
      readonly named: ReadonlySet<number>;
    }
  | { readonly kind: "remote" | "dynamic" | "estate" }
  | { readonly kind: "grantAct"; readonly act: GrantAct };

export interface Request {
  /** The lock it is about; null = a home, a room, several locks. */
  readonly lock: LockId | null;
  /** The locks that it changes together. */
  readonly locks?: readonly LockId[];
  readonly command: string;
  readonly params: object;
  readonly wish: Wish;
}

export interface SentRequest extends Request, Pick<CloudCommand, "iat" | "exp"> {
  readonly id: string;
  /** ms UTC */
  readonly issuedMs: number;
}

/** Takes over the delivery of the cloud's commands. */
export interface HostileLine {
  send(sent: Pick<SentRequest, "id" | "command" | "params" | "issuedMs" | "exp">): void;
}
