import type { Models } from "zigbee-herdsman";
import type { Outcome } from "../../lock-driver.ts";
import { numericCode } from "../failures.ts";
import { foundationCommands, parseAttributeRecords } from "../frames/attribute-records.ts";
import { decodeDefaultResponse, decodeReply, refusal } from "../frames/door-lock-replies.ts";
import { refusalFromZclStatus, zclStatus } from "../frames/wire-values.ts";
import { clusterIds, type ZclFrame } from "../frames/zcl-frame.ts";
import {
  type CommandName,
  type CommandOperation,
  commandIds,
  fieldsOf,
  lateBound,
} from "./door-lock-commands.ts";
import type { ExchangeOptions, ExchangeRequest, ExchangeResult, Exchanger } from "./exchange.ts";

/** Why there is no answer. */
export type Hindrance = Exclude<Outcome, { kind: "done" }>;

/** Values by attribute id; attributes that the lock does not have, or that are no numbers, are missing. */
export type ReadOutcome =
  | { readonly kind: "done"; readonly values: ReadonlyMap<number, number> }
  | Hindrance;

/** Status by attribute id; 0 = written. */
export type WriteOutcome =
  | { readonly kind: "done"; readonly statuses: ReadonlyMap<number, number> }
  | Hindrance;

export interface AttributeValue {
  readonly attributeId: number;
  /** ZCL data type (ZCL 2.6.2). */
  readonly dataType: number;
  readonly value: number;
}

/** @returns how a frame of this endpoint and cluster is known to {@link Exchanger.offer}. */
export function peerName(ieee: string, endpoint: number, clusterId: number): string {
  return `${ieee}/${endpoint}/${clusterId}`;
}

/**
 * Bypasses herdsman's own queue, which is in memory only and sends stale commands to a lock that wakes, and
 * its recovery, which repeats commands, outlasts the deadline, and keeps the lock's queue busy for up
 * to 50 s, just when the lock may wake. The gateway decides when to try again.
 */
function sendingOnce(timeoutMs: number) {
  return { timeout: timeoutMs, sendPolicy: "immediate", disableRecovery: true } as const;
}

/** Requests to one endpoint of a lock; the exchanger sends them one at a time. */
export class LockLink {
  readonly #endpoint: Models.Endpoint;
  readonly #exchanger: Exchanger;
  readonly #signal: AbortSignal | undefined;

  /** @param signal ends every request that has no signal of its own; absent = nothing does */
  constructor(endpoint: Models.Endpoint, exchanger: Exchanger, signal?: AbortSignal) {
    this.#endpoint = endpoint;
    this.#exchanger = exchanger;
    this.#signal = signal;
  }

  /** One Door Lock command. */
  async command<K extends CommandName>(
    operation: CommandOperation<K>,
    options: ExchangeOptions,
  ): Promise<Outcome<K>> {
    const endpoint = this.#endpoint;
    const awaited = { clusterId: clusterIds.doorLock, isAnswer: isReplyTo(operation.name) };
    const result = await this.#exchange(awaited, options, (sequence, gate, timeoutMs) =>
      endpoint.command(
        clusterIds.doorLock,
        commandIds[operation.name],
        lateBound(fieldsOf(operation), gate),
        {
          ...sendingOnce(timeoutMs),
          transactionSequenceNumber: sequence,
        },
      ),
    );
    if (result.kind !== "frame") return withoutFrame(result, operation.name);
    return decodeReply(operation, result.frame.payload);
  }

  /** Sends a Door Lock command that is never answered: done when the lock's radio has acknowledged it. */
  async deliver(
    operation: CommandOperation<"clearPinCode">,
    options: ExchangeOptions,
  ): Promise<Outcome<"clearPinCode">> {
    const endpoint = this.#endpoint;
    const awaited = { clusterId: clusterIds.doorLock, isAnswer: isReplyTo(operation.name) };
    const result = await this.#exchange(awaited, options, (sequence, gate, timeoutMs) =>
      endpoint.command(
        clusterIds.doorLock,
        commandIds[operation.name],
        lateBound(fieldsOf(operation), gate),
        {
          ...sendingOnce(timeoutMs),
          disableResponse: true,
          transactionSequenceNumber: sequence,
        },
      ),
    );
    if (result.kind === "frame") {
      return decodeReply(operation, result.frame.payload);
    }
    if (result.kind === "settled" && result.answer === undefined) {
      return { kind: "done", reply: null };
    }
    return hindrance(result);
  }

  /** Reads attributes. Ids beyond about a dozen do not fit into one answer. */
  async read(
    clusterId: number,
    attributeIds: readonly number[],
    options: ExchangeOptions,
  ): Promise<ReadOutcome> {
    const endpoint = this.#endpoint;
    const result = await this.#exchange(
      { clusterId, isAnswer: isReading },
      options,
      (sequence, gate, timeoutMs) =>
        endpoint.zclCommand(
          clusterId,
          "read",
          attributeIds.map((attrId) => lateBound({ attrId }, gate)),
          {
            ...sendingOnce(timeoutMs),
            transactionSequenceNumber: sequence,
          },
        ),
    );
    if (result.kind !== "frame") return hindrance(result);
    const values = new Map<number, number>();
    for (const { attributeId, value } of parseAttributeRecords(
      foundationCommands.readResponse,
      result.frame.payload,
    )) {
      if (value !== null) values.set(attributeId, value);
    }
    return { kind: "done", values };
  }

  /** Writes attributes; each has its own status. */
  async write(
    clusterId: number,
    records: readonly AttributeValue[],
    options: ExchangeOptions,
  ): Promise<WriteOutcome> {
    const endpoint = this.#endpoint;
    const awaited = { clusterId, isAnswer: isSettledByHerdsman };
    const result = await this.#exchange(awaited, options, async (sequence, gate, timeoutMs) => {
      const frame = await endpoint.zclCommand(
        clusterId,
        "write",
        records.map((record) =>
          lateBound(
            { attrId: record.attributeId, dataType: record.dataType, attrData: record.value },
            gate,
          ),
        ),
        {
          ...sendingOnce(timeoutMs),
          transactionSequenceNumber: sequence,
        },
      );
      return frame?.payload;
    });
    if (result.kind !== "settled" || !Array.isArray(result.answer)) return hindrance(result);
    return { kind: "done", statuses: writeStatuses(records, result.answer) };
  }

  #exchange(
    { clusterId, isAnswer }: Awaited,
    options: ExchangeOptions,
    send: ExchangeRequest["send"],
  ): Promise<ExchangeResult> {
    const peer = peerName(this.#endpoint.deviceIeeeAddress, this.#endpoint.ID, clusterId);
    // Async, so that what herdsman throws at once is a rejection as well.
    const sendAsync: ExchangeRequest["send"] = async (...given) => await send(...given);
    const signal = options.signal ?? this.#signal;
    const signalled = signal === undefined ? options : { ...options, signal };
    return this.#exchanger.exchange({ peer, isAnswer, send: sendAsync }, signalled);
  }
}

/** Which frames of a cluster answer a request. */
interface Awaited {
  readonly clusterId: number;
  isAnswer(frame: ZclFrame): boolean;
}

/** Door Lock commands are answered with their own command id. */
function isReplyTo(name: CommandName): (frame: ZclFrame) => boolean {
  return ({ isClusterSpecific, commandId }) => isClusterSpecific && commandId === commandIds[name];
}

function isReading({ isClusterSpecific, commandId }: ZclFrame): boolean {
  return !isClusterSpecific && commandId === foundationCommands.readResponse;
}

/** Herdsman's own promise brings the answer to a write, parsed. */
function isSettledByHerdsman(): boolean {
  return false;
}

function withoutFrame<K extends CommandName>(
  result: Exclude<ExchangeResult, { kind: "frame" }>,
  name: K,
): Outcome<K> {
  const status = result.kind === "settled" ? statusCodeOf(result.answer) : null;
  return status === null ? hindrance(result) : decodeDefaultResponse(name, status);
}

/** An exchange that brought no readable answer. */
function hindrance(result: ExchangeResult): Hindrance {
  switch (result.kind) {
    case "unreachable":
      return result;
    case "failed": {
      // Herdsman's own complaint about an answer that it cannot read has the same class.
      const code = numericCode(result.error);
      if (code === null || code === zclStatus.invalidField) return { kind: "unreadable" };
      return refusal(code, refusalFromZclStatus);
    }
    case "settled": {
      const status = statusCodeOf(result.answer);
      return status === null || status === zclStatus.success
        ? { kind: "unreadable" }
        : refusal(status, refusalFromZclStatus);
    }
    case "frame":
      return { kind: "unreadable" };
  }
}

/** The status of `{cmdId, statusCode}`, herdsman's form of a Default Response, bare or inside a frame. */
function statusCodeOf(answer: unknown): number | null {
  if (typeof answer !== "object" || answer === null) return null;
  if ("statusCode" in answer) {
    return typeof answer.statusCode === "number" ? answer.statusCode : null;
  }
  return "payload" in answer ? statusCodeOf(answer.payload) : null;
}

/** A Write Attributes Response of one bare SUCCESS means that all were written. */
function writeStatuses(
  records: readonly AttributeValue[],
  answer: readonly unknown[],
): ReadonlyMap<number, number> {
  const statuses = new Map(records.map((record) => [record.attributeId, 0]));
  for (const entry of answer) {
    if (typeof entry !== "object" || entry === null) continue;
    if (!("attrId" in entry) || typeof entry.attrId !== "number") continue;
    if ("status" in entry && typeof entry.status === "number") {
      statuses.set(entry.attrId, entry.status);
    }
  }
  return statuses;
}
