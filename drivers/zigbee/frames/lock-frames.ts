import { type Models, Zcl } from "zigbee-herdsman";
import { isLockId, type LockId } from "../../../daemon/core/model/door-lock.ts";
import type { LockEvent } from "../../lock-driver.ts";
import type { Exchanger } from "../operations/exchange.ts";
import { peerName } from "../operations/lock-link.ts";
import type { ModelQuirks, Quirks } from "../quirks/quirk-model.ts";
import { quirksOf } from "../quirks/quirks.ts";
import { foundationCommands } from "./attribute-records.ts";
import { decodeLockFrame } from "./lock-reports.ts";
import { RecentFrames } from "./recent-frames.ts";
import { isYundingState, YundingSequence } from "./yunding-frames.ts";
import { clusterIds, parseZclFrame, type ZclFrame } from "./zcl-frame.ts";

/** What herdsman hands on for each frame, as far as it is used here. */
export interface HerdsmanMessage {
  readonly type: string;
  readonly device: Models.Device;
  readonly endpoint: Models.Endpoint;
  readonly cluster: string | number;
  readonly meta: { readonly rawData: Buffer };
}

/** Herdsman's names of the clusters that are listened to. */
const clustersByName: Readonly<Record<string, number>> = {
  genPowerCfg: clusterIds.powerConfiguration,
  genAlarms: clusterIds.alarms,
  genTime: clusterIds.time,
  genPollCtrl: clusterIds.pollControl,
  closuresDoorLock: clusterIds.doorLock,
};

/** Onesti's last used code, which herdsman would write to its database. */
const lastUsedCodeAttribute = 0x0101;
const pollControlCheckIn = 0x00;

export interface FramePorts {
  readonly exchanger: Exchanger;
  readonly quirks: readonly ModelQuirks[];
  readonly emit: (lock: LockId, event: LockEvent) => void;
  /** Runs what can wait until the newest event is stored; see {@link DeferredWork.runAfter}. */
  readonly runAfterEvents: (run: () => void) => void;
  /** Whether the gateway has something to send if the lock listens longer. */
  readonly hasWorkFor: (lock: LockId) => boolean;
  readonly onFailure: (error: unknown) => void;
}

/**
 * Turns herdsman's messages into events: answers go to the operation that waits for them, repetitions count as
 * `heard` only. Works on the raw bytes, so that a frame which herdsman cannot read counts like any other.
 */
export class LockFrames {
  readonly #ports: FramePorts;
  readonly #recent = new RecentFrames(() => performance.now());
  readonly #order = new YundingSequence(() => performance.now());
  /** Quirks of the locks that have sent a frame; at most one entry for each paired lock. */
  readonly #quirks = new Map<LockId, Quirks>();

  constructor(ports: FramePorts) {
    this.#ports = ports;
  }

  /** Quirks by model and maker, looked up once, and what the lock itself has shown since the start. */
  quirksOf(lock: LockId, device: Models.Device): Quirks {
    const known = this.#quirks.get(lock);
    if (known !== undefined) return known;
    const { modelID, manufacturerName } = device;
    const ofModel = quirksOf(modelID ?? "", manufacturerName ?? "", this.#ports.quirks);
    const tellsInOwnFrames = ofModel.isLockedReportFalse || this.#order.hasReceived(lock);
    const quirks = { ...ofModel, isLockedReportFalse: tellsInOwnFrames };
    if (modelID !== undefined) this.#quirks.set(lock, quirks);
    return quirks;
  }

  /** The lock was paired again or removed: its model's quirks are looked up again. */
  forget(lock: LockId): void {
    this.#quirks.delete(lock);
    this.#order.forget(lock);
  }

  /** Must be called synchronously from herdsman's `message`: herdsman answers the lock right after. */
  take(message: HerdsmanMessage): void {
    const { device, endpoint } = message;
    const lock = device.ieeeAddr;
    if (!isLockId(lock) || device.type === "Coordinator") return;
    this.#ports.emit(lock, { kind: "heard" });
    const bytes = message.meta.rawData;
    const frame = parseZclFrame(bytes);
    const clusterId = clusterIdOf(message.cluster);
    if (frame === null || clusterId === null) return;
    if (clusterId === clusterIds.pollControl) this.#answerCheckIn(lock, device, frame);
    if (clusterId === clusterIds.doorLock) dropCachedCode(endpoint);
    const peer = peerName(lock, endpoint.ID, clusterId);
    if (frame.isFromServer && this.#ports.exchanger.offer(peer, frame)) return;
    if (!this.#recent.isRepeated(peer, bytes) && !this.#isLate(lock, clusterId, frame)) {
      for (const event of decodeLockFrame(clusterId, frame, this.quirksOf(lock, device))) {
        this.#ports.emit(lock, event);
      }
    }
    this.#ports.runAfterEvents(() => this.#acknowledge(endpoint, clusterId, frame));
  }

  /** A vendor's state frame that a newer one overtook. */
  #isLate(lock: LockId, clusterId: number, frame: ZclFrame): boolean {
    if (!isYundingState(clusterId, frame)) return false;
    const isFirst = !this.#order.hasReceived(lock);
    const isLate = this.#order.isLate(lock, frame.sequence);
    if (isFirst) this.#quirks.delete(lock);
    return isLate;
  }

  /**
   * Herdsman declines fast polling unless its own queue holds something, or it does not know the
   * check-in interval. The queue is the gateway's, so herdsman is made to forget the interval: it then
   * accepts, reads it again, and ends the fast poll when that is done.
   */
  #answerCheckIn(lock: LockId, device: Models.Device, frame: ZclFrame): void {
    if (!frame.isClusterSpecific || frame.commandId !== pollControlCheckIn) return;
    if (this.#ports.hasWorkFor(lock)) device.checkinInterval = undefined;
  }

  /**
   * Sends the default response that the lock asks for, without which it repeats the frame. Herdsman does
   * not, because that is switched off: it would answer answers as well, at the cost of one more poll of the
   * lock for each, and it does not answer what it cannot read. Its own answer to a check-in stays.
   */
  #acknowledge(endpoint: Models.Endpoint, clusterId: number, frame: ZclFrame): void {
    if (!frame.wantsDefaultResponse || !frame.isFromServer) return;
    const isAsked = frame.isClusterSpecific
      ? clusterId !== clusterIds.pollControl
      : frame.commandId === foundationCommands.report;
    if (!isAsked) return;
    endpoint
      .defaultResponse(frame.commandId, Zcl.Status.SUCCESS, clusterId, frame.sequence, {
        direction: Zcl.Direction.CLIENT_TO_SERVER,
        disableRecovery: true,
        sendPolicy: "immediate",
      })
      .catch(this.#ports.onFailure);
  }
}

/** Frames of unknown clusters still want their default responses. */
function clusterIdOf(cluster: string | number): number | null {
  if (typeof cluster === "number") return cluster;
  const known = clustersByName[cluster];
  if (known !== undefined) return known;
  return Zcl.Utils.isClusterName(cluster) ? Zcl.Utils.getCluster(cluster).ID : null;
}

function dropCachedCode(endpoint: Models.Endpoint): void {
  const { closuresDoorLock } = endpoint.clusters;
  if (closuresDoorLock !== undefined) {
    Reflect.deleteProperty(closuresDoorLock.attributes, String(lastUsedCodeAttribute));
  }
}
