import type { CloudCommand } from "../../daemon/commands/execution.ts";
import { timestampOf } from "../../daemon/core/model/clock.ts";
import { errorTable, GatewayError } from "../../daemon/core/model/errors.ts";
import type { ReplyEntry } from "../../daemon/core/model/journal.ts";
import {
  type AttemptRecord,
  put,
  remove,
  type Store,
  type Transaction,
} from "../../daemon/store/store.ts";
import type { SyncClock } from "../clock-port.ts";

/**
 * Ends one-shot commands that were marked as attempted and never answered, because the process
 * ended while they were under way: they are not repeated, and the cloud hears that their outcome is
 * not known. Called before any command is taken.
 */
export async function answerLostAttempts(
  store: Store,
  clock: Pick<SyncClock, "reading">,
): Promise<void> {
  const time = clock.reading();
  const { nowMs } = time;
  for (const attempt of [...store.list("attempt")]) {
    if (store.get("inbox", [attempt.commandId]) !== undefined) continue;
    await store.commit(lostAttempt(store, attempt, nowMs), timestampOf(time));
  }
}

/** The answer, the mark's end and the memory of it, as one batch. Commit it in the same turn. */
export function lostAttempt(store: Store, attempt: AttemptRecord, atMs: number): Transaction {
  const { commandId } = attempt;
  const text = "id: it was attempted before a restart; how it ended is not known";
  const { errNo } = new GatewayError("unreachable", text);
  const reply: ReplyEntry = {
    kind: "reply",
    commandId,
    command: attempt.command ?? "",
    errNo,
    errMsg: text,
    result: {},
  };
  const { epoch } = store.journalRange();
  const record = { commandId, epoch, seq: store.nextSeq(), atMs };
  return {
    changes: [put("inbox", [commandId], record), remove("attempt", [commandId])],
    journal: [reply],
  };
}

/** The answer to a command that failed by a fault of ours, and the memory of it. Commit it in the same turn. */
export function failedCommand(
  store: Store,
  { id, command }: Pick<CloudCommand, "id" | "command">,
  atMs: number,
): Transaction {
  const reply: ReplyEntry = {
    kind: "reply",
    commandId: id,
    command,
    errNo: errorTable.internal.errNo,
    errMsg: "the command failed and was given up",
    result: {},
  };
  const { epoch } = store.journalRange();
  const record = { commandId: id, epoch, seq: store.nextSeq(), atMs };
  return { changes: [put("inbox", [id], record)], journal: [reply] };
}
