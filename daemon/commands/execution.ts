import type { JsonObject } from "../base/json.ts";
import type { Caller } from "./caller.ts";

/** A command as it arrives. */
export interface CommandRequest {
  readonly command: string;
  /** Not yet checked. */
  readonly params: unknown;
  readonly caller: Caller;
  /** Aborted when the caller went away before the answer. */
  readonly signal?: AbortSignal;
}

/** An answer in the words of the V1.6 API, codes opened: for the caller's eyes only. */
export interface CommandReply {
  readonly ErrNo: number;
  readonly ErrMsg: string;
  readonly [field: string]: JsonObject[string];
}

/** A command from the cloud, as the envelope of `down/command` has it. */
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
   * Checks, runs and commits. Resolves after the disk has it; faults come as an ErrNo.
   * @throws (rejects) only with StoreFailure: nothing was done and nothing may be acknowledged.
   */
  execute(request: CommandRequest): Promise<CommandReply>;
  /**
   * The same for the cloud: the reply becomes a journal record in the same batch, so it is sent
   * in order with everything else. A repeat of an `id` makes the stored reply be sent again
   * (the promise gives its sequence number) and has no second effect.
   */
  executeFromCloud(command: CloudCommand): Promise<CloudExecution>;
  /**
   * Resolves when the door takes a command in the turn of the call, so that a one-shot one is marked
   * when the call comes back. Absent = always.
   */
  ready?(): Promise<void>;
}

export interface CloudExecution {
  /** Journal record that holds the reply. */
  readonly seq: number;
  readonly epoch: string;
  readonly isRepeat: boolean;
}
