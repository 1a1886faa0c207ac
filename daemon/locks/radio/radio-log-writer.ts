import type {
  DriverListener,
  LockDriver,
  LockOperation,
  OperationArgs,
  OperationName,
  Outcome,
  RadioState,
} from "../../../drivers/lock-driver.ts";
import type { LockId } from "../../core/model/door-lock.ts";
import type { RadioLogBuffer } from "./radio-log-buffer.ts";

type PerformOptions = Parameters<LockDriver["perform"]>[2];

/**
 * Frequent reads that concern no slot: in the log they would displace what matters. Their results are in the
 * journal.
 */
const unloggedReads: ReadonlySet<OperationName> = new Set([
  "readState",
  "readTime",
  "getLogRecord",
]);

/** A driver that adds an entry to the radio log for every operation on slots, schedules, bolt or clock. */
export class RadioLogWriter implements LockDriver {
  readonly #driver: LockDriver;
  readonly #radioLog: RadioLogBuffer;

  constructor(driver: LockDriver, radioLog: RadioLogBuffer) {
    this.#driver = driver;
    this.#radioLog = radioLog;
  }

  async perform<K extends OperationName>(
    lock: LockId,
    operation: { readonly name: K } & OperationArgs[K],
    options: PerformOptions,
  ): Promise<Outcome<K>> {
    let tsn: number | undefined;
    const { figures } = this.#radioLog;
    const outcome = await this.#driver.perform(lock, operation, {
      ...options,
      onSent: (sequence) => {
        tsn ??= sequence;
        figures.sent(lock);
      },
    });
    if (outcome.kind === "unreachable") figures.missed(lock);
    if (unloggedReads.has(operation.name)) return outcome;
    this.#radioLog.note({
      lock,
      command: operation.name,
      ...targetOf(operation),
      ...(tsn === undefined ? {} : { tsn }),
      status: statusOf(outcome),
    });
    return outcome;
  }

  start(listener: DriverListener, knownLocks: readonly LockId[]): Promise<void> {
    return this.#driver.start(listener, knownLocks);
  }

  stop(): Promise<void> {
    return this.#driver.stop();
  }

  radioState(): RadioState {
    return this.#driver.radioState();
  }

  permitJoin(seconds: number, expected?: LockId): Promise<void> {
    return expected === undefined
      ? this.#driver.permitJoin(seconds)
      : this.#driver.permitJoin(seconds, expected);
  }

  isPermittingJoin(): boolean {
    return this.#driver.isPermittingJoin();
  }

  addInstallCode(text: string): Promise<LockId | null> {
    return this.#driver.addInstallCode(text);
  }

  adopt(lock: LockId): void {
    this.#driver.adopt(lock);
  }

  foundLocks(): ReturnType<LockDriver["foundLocks"]> {
    return this.#driver.foundLocks();
  }

  remove(lock: LockId): Promise<{ readonly wasTold: boolean }> {
    this.#radioLog.figures.forget(lock);
    return this.#driver.remove(lock);
  }
}

/** Returns the slot of an operation, and which of its schedules. */
function targetOf(operation: Pick<LockOperation, "name">): {
  readonly userId?: number;
  readonly scheduleId?: number;
} {
  const userId = "userId" in operation ? operation.userId : undefined;
  const scheduleId = "scheduleId" in operation ? operation.scheduleId : undefined;
  return {
    ...(typeof userId === "number" ? { userId } : {}),
    ...(typeof scheduleId === "number" ? { scheduleId } : {}),
  };
}

function statusOf(outcome: Outcome): string {
  switch (outcome.kind) {
    case "done":
      return "success";
    case "refused":
      return outcome.status === "other" ? `other ${outcome.statusCode}` : outcome.status;
    case "unsupported":
    case "unreadable":
      return outcome.kind;
    case "unreachable":
      return outcome.cause;
  }
}
