import type { Session } from "../session.ts";
import type { Terminal } from "../terminal/terminal.ts";

/** A terminal at which somebody can be asked. */
export type AskingTerminal = Terminal & Required<Pick<Terminal, "ask" | "askHidden">>;

/** One visit: what its steps work with. */
export interface Visit {
  readonly session: Session;
  readonly terminal: AskingTerminal;
  /** How long the network is open for one lock. */
  readonly seconds: number;
}

/** One lock of this visit, as far as it has come. */
export interface VisitLock {
  readonly uuid: string;
  readonly make: string;
}
