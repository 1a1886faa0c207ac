import type { JsonObject } from "../base/json.ts";
import type { Caller } from "./caller.ts";

/** A command as it arrives from a caller. */
export interface CommandRequest {
  readonly command: string;
  /** Not yet checked. */
  readonly params: unknown;
  readonly caller: Caller;
  /** Aborted when the caller went away before the answer. */
  readonly signal?: AbortSignal;
}

/** A reply as the V1.6 API has it, with codes in clear: only its caller may get it. */
export interface CommandReply {
  readonly ErrNo: number;
  readonly ErrMsg: string;
  readonly [field: string]: JsonObject[string];
}

/** A command from the cloud, with the envelope of `down/command`. */
export interface CloudCommand {
  /** The cloud's id of the command, 1 … 128 characters: a repeat has no second effect. */
  readonly id: string;
  readonly command: string;
  readonly params: unknown;
  /** Issued at and expires at, Unix seconds. */
  readonly iat?: number;
  readonly exp?: number;
  /** The cloud has signed it, {@link CloudCommand.iat} included. */
  readonly isSigned?: true;
}

/** The one way in for commands. */
export interface CommandExecutor {
  /**
   * Checks, runs and commits a command. Resolves after the disk has it; errors of the caller are in ErrNo.
   * @throws (rejects) only StoreFailure: nothing was done and nothing may be acknowledged
   */
  execute(request: CommandRequest): Promise<CommandReply>;
  /**
   * Does the same for the cloud. The reply becomes a journal record in the same batch, so that it is sent in
   * sequence with everything else. A repeat of an `id` sends the stored reply again (the promise gives its
   * number) and has no second effect.
   */
  executeFromCloud(command: CloudCommand): Promise<CloudExecution>;
  /**
   * Resolves once the executor takes a command in the turn of the call, so that a one-shot command is marked
   * when the call returns. Absent = always.
   */
  ready?(): Promise<void>;
}

export interface CloudExecution {
  /** Number of the journal record with the reply. */
  readonly seq: number;
  readonly epoch: string;
  readonly isRepeat: boolean;
}
