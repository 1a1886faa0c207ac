import { type Change, put, remove, type Store } from "../store/store.ts";

/** Limit of commands of the cloud that the gateway remembers; one more forgets the oldest in its batch. */
export const inboxLimit = 10_000;

/** A command of the cloud that was carried out, and the journal record of its reply. */
interface Executed {
  readonly commandId: string;
  readonly epoch: string;
  readonly seq: number;
  readonly atMs: number;
}

/** The commands of the cloud that were carried out: a repeat gets its stored reply and has no second effect. */
export class Inbox {
  readonly #store: Store;
  /** Ids in the sequence of their execution, the oldest first. */
  readonly #ids: string[];

  constructor(store: Store) {
    this.#store = store;
    this.#ids = [...store.list("inbox")]
      .sort((left, right) => left.atMs - right.atMs)
      .map(({ commandId }) => commandId);
  }

  find(commandId: string): Pick<Executed, "epoch" | "seq"> | null {
    return this.#store.get("inbox", [commandId]) ?? null;
  }

  /** Returns what remembers a command, for the batch of its effects. */
  remember(executed: Executed): readonly Change[] {
    const { commandId } = executed;
    const changes: Change[] = [put("inbox", [commandId], executed)];
    if (this.#store.get("attempt", [commandId]) !== undefined) {
      changes.push(remove("attempt", [commandId]));
    }
    this.#ids.push(commandId);
    const oldest = this.#ids.length > inboxLimit ? this.#ids.shift() : undefined;
    if (oldest !== undefined) changes.push(remove("inbox", [oldest]));
    return changes;
  }
}
