import type {
  CloudCommand,
  CloudExecution,
  CommandExecutor,
  CommandReply,
  CommandRequest,
} from "./execution.ts";

/**
 * Builds the executor when the first command comes, because the commands' schemas need as much memory as all
 * the locks, and most gateways are idle most of the time. From then on it forwards each call in the same turn.
 */
export class LazyExecutor implements CommandExecutor {
  readonly #build: () => Promise<CommandExecutor>;
  #building: Promise<CommandExecutor> | null = null;
  #executor: CommandExecutor | null = null;

  constructor(build: () => Promise<CommandExecutor>) {
    this.#build = build;
  }

  /** Resolves once calls reach the executor in the turn in which they are made. */
  async ready(): Promise<void> {
    await this.#built();
  }

  async execute(request: CommandRequest): Promise<CommandReply> {
    const executor = this.#executor ?? (await this.#built());
    return await executor.execute(request);
  }

  executeFromCloud(command: CloudCommand): Promise<CloudExecution> {
    const executor = this.#executor;
    return executor === null
      ? this.#built().then((built) => built.executeFromCloud(command))
      : executor.executeFromCloud(command);
  }

  /** The next command tries again to build an executor that could not be built. */
  #built(): Promise<CommandExecutor> {
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
