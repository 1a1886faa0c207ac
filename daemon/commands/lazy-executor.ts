import type {
  CloudCommand,
  CloudExecution,
  CommandExecutor,
  CommandReply,
  CommandRequest,
} from "./execution.ts";

/**
 * A executor that is built when the first command comes: the commands' schemas are as much memory as all the
 * locks, and most gateways are at rest most of the time. From then on every call is the executor's own, in
 * the same turn.
 */
export class LazyExecutor implements CommandExecutor {
  readonly #build: () => Promise<CommandExecutor>;
  #building: Promise<CommandExecutor> | null = null;
  #executor: CommandExecutor | null = null;

  constructor(build: () => Promise<CommandExecutor>) {
    this.#build = build;
  }

  /** Resolves when calls reach the executor in the turn in which they are made. */
  async ready(): Promise<void> {
    await this.#opened();
  }

  async execute(request: CommandRequest): Promise<CommandReply> {
    const executor = this.#executor ?? (await this.#opened());
    return await executor.execute(request);
  }

  executeFromCloud(command: CloudCommand): Promise<CloudExecution> {
    const executor = this.#executor;
    return executor === null
      ? this.#opened().then((opened) => opened.executeFromCloud(command))
      : executor.executeFromCloud(command);
  }

  /** A executor that could not be built is tried anew by the next command. */
  #opened(): Promise<CommandExecutor> {
    this.#building ??= this.#build().then(
      (executor) => {
        this.#executor = executor;
        return executor;
      },
      (cause: unknown) => {
        this.#building = null;
        throw cause;
      },
    );
    return this.#building;
  }
}
