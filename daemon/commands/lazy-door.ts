import type {
  CloudCommand,
  CloudExecution,
  CommandDoor,
  CommandReply,
  CommandRequest,
} from "./command.ts";

/**
 * A door that is built when the first command comes: the commands' schemas are as much memory as all the
 * locks, and most gateways are at rest most of the time. From then on every call is the door's own, in
 * the same turn.
 */
export class LazyDoor implements CommandDoor {
  readonly #build: () => Promise<CommandDoor>;
  #building: Promise<CommandDoor> | null = null;
  #door: CommandDoor | null = null;

  constructor(build: () => Promise<CommandDoor>) {
    this.#build = build;
  }

  /** Resolves when calls reach the door in the turn in which they are made. */
  async ready(): Promise<void> {
    await this.#opened();
  }

  async execute(request: CommandRequest): Promise<CommandReply> {
    const door = this.#door ?? (await this.#opened());
    return await door.execute(request);
  }

  executeFromCloud(command: CloudCommand): Promise<CloudExecution> {
    const door = this.#door;
    return door === null
      ? this.#opened().then((opened) => opened.executeFromCloud(command))
      : door.executeFromCloud(command);
  }

  /** A door that could not be built is tried anew by the next command. */
  #opened(): Promise<CommandDoor> {
    this.#building ??= this.#build().then(
      (door) => {
        this.#door = door;
        return door;
      },
      (cause: unknown) => {
        this.#building = null;
        throw cause;
      },
    );
    return this.#building;
  }
}
