import { type ErrorCode, errorTable } from "../../daemon/core/model/errors.ts";
import type { Store } from "../../daemon/store/store.ts";
import type { SyncClock } from "./clock-port.ts";

interface AnswerPorts {
  readonly store: Store;
  readonly clock: SyncClock;
  say(topic: "reply", body: string): void;
}

/** Answers to the cloud that no command made. */
export class Answers {
  readonly #ports: AnswerPorts;

  constructor(ports: AnswerPorts) {
    this.#ports = ports;
  }

  /** Once, and in no journal. */
  tell(id: string, code: ErrorCode, text: string, command = ""): void {
    const { errNo } = errorTable[code];
    this.#ports.say("reply", JSON.stringify({ id, command, ErrNo: errNo, ErrMsg: text }));
  }

  /** Through the journal, like the reply of a command. */
  async reply(
    commandId: string,
    command: string,
    fault: { readonly code: ErrorCode; readonly text: string },
  ): Promise<void> {
    const { store, clock } = this.#ports;
    const { errNo } = errorTable[fault.code];
    const { nowMs, state } = clock.reading();
    await store.commit(
      {
        changes: [],
        journal: [{ kind: "reply", commandId, command, errNo, errMsg: fault.text, result: {} }],
      },
      { atMs: nowMs, clock: state },
    );
  }
}
