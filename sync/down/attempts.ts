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
 * Answers one-shot commands that were marked as attempted and never answered, because the process ended
 * while they were running: they are not repeated, and the reply says that their outcome is unknown. Call it
 * before any command is accepted.
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

/** Returns the reply, the inbox record and the removal of the mark as one batch. Commit it in the same turn. */
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

/** Returns the reply to a command that failed by our own fault, and its inbox record. Commit it in the same turn. */
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
    errMsg: "the command failed and is not tried again",
    result: {},
  };
  const { epoch } = store.journalRange();
  const record = { commandId: id, epoch, seq: store.nextSeq(), atMs };
  return { changes: [put("inbox", [id], record)], journal: [reply] };
}
