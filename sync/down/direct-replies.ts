import { timestampOf } from "../../daemon/core/model/clock.ts";
import { type ErrorCode, errorTable } from "../../daemon/core/model/errors.ts";
import type { Store } from "../../daemon/store/store.ts";
import type { SyncClock } from "../clock-port.ts";

interface DirectReplyPorts {
  readonly store: Store;
  readonly clock: SyncClock;
  sendOnce(topic: "reply", body: string): void;
}

/** Sends replies that do not come from a command. */
export class DirectReplies {
  readonly #ports: DirectReplyPorts;

  constructor(ports: DirectReplyPorts) {
    this.#ports = ports;
  }

  /** Sends a reply at most once, without a record in the journal. */
  sendOnce(id: string, code: ErrorCode, text: string, command = ""): void {
    const { errNo } = errorTable[code];
    this.#ports.sendOnce("reply", JSON.stringify({ id, command, ErrNo: errNo, ErrMsg: text }));
  }

  /** Puts a reply into the journal, like the reply of a command. */
  async record(
    commandId: string,
    command: string,
    fault: { readonly code: ErrorCode; readonly text: string },
  ): Promise<void> {
    const { store, clock } = this.#ports;
    const { errNo } = errorTable[fault.code];
    await store.commit(
      {
        changes: [],
        journal: [{ kind: "reply", commandId, command, errNo, errMsg: fault.text, result: {} }],
      },
      timestampOf(clock.reading()),
    );
  }
}
