import type { SimulationTime } from "../../radio.ts";
import { General } from "../../zcl/constants.ts";
import { isAnalog, writeValue, type ZclValue } from "../../zcl/data-type.ts";
import { OctetWriter } from "../../zcl/octets.ts";
import type { MemoryFile, ReportingRecord } from "../body/memory.ts";
import type { Transmitter } from "../transmitter.ts";
import type { Attribute, Cluster } from "./cluster.ts";

/** maxSeconds that ends reporting of an attribute. */
export const reportingOff = 0xffff;

interface Sent {
  value: ZclValue;
  atMs: number;
  cancel: () => void;
}

/** Attribute reporting: least time, longest time and least change, per attribute (ZCL 2.5.7). */
export class Reporting {
  readonly #clusters: ReadonlyMap<number, Cluster>;
  readonly #file: MemoryFile;
  readonly #time: SimulationTime;
  readonly #transmitter: Transmitter;
  readonly #sent = new Map<string, Sent>();

  constructor(
    clusters: ReadonlyMap<number, Cluster>,
    file: MemoryFile,
    time: SimulationTime,
    transmitter: Transmitter,
  ) {
    this.#clusters = clusters;
    this.#file = file;
    this.#time = time;
    this.#transmitter = transmitter;
  }

  configuration(clusterId: number, attributeId: number): ReportingRecord | null {
    return this.#file.memory.reporting.find(isFor(clusterId, attributeId)) ?? null;
  }

  configure(record: ReportingRecord): void {
    const { memory } = this.#file;
    const isSame = isFor(record.clusterId, record.attributeId);
    memory.reporting = memory.reporting.filter((other) => !isSame(other));
    this.#forget(record);
    if (record.maxSeconds !== reportingOff) {
      memory.reporting.push(record);
      this.#arm(record);
    }
    this.#file.changed();
  }

  /** Begins to count for all that is configured, after a join or a power cycle. */
  resume(): void {
    this.stop();
    for (const record of this.#file.memory.reporting) this.#arm(record);
  }

  stop(): void {
    for (const sent of this.#sent.values()) sent.cancel();
    this.#sent.clear();
  }

  /** An attribute may have changed: reports it, now or as soon as the least time allows. */
  changed(clusterId: number, attributeId: number): void {
    const record = this.configuration(clusterId, attributeId);
    const sent = this.#sent.get(keyOf(clusterId, attributeId));
    const attribute = this.#attribute(clusterId, attributeId);
    if (record === null || sent === undefined || attribute === null) return;
    if (!hasChanged(attribute, record, sent.value)) return;
    const waitMs = sent.atMs + record.minSeconds * 1000 - this.#time.nowMs();
    if (waitMs <= 0) {
      this.report(record);
      return;
    }
    sent.cancel();
    sent.cancel = this.#time.after(waitMs, () => this.report(record));
  }

  /** Sends the value as it is, and counts from here. */
  report(record: Pick<ReportingRecord, "clusterId" | "attributeId">): void {
    this.#send(record.clusterId, record.attributeId);
    const configured = this.configuration(record.clusterId, record.attributeId);
    if (configured === null) return;
    this.#forget(configured);
    this.#arm(configured);
  }

  #send(clusterId: number, attributeId: number): void {
    const attribute = this.#attribute(clusterId, attributeId);
    if (attribute === null || !this.#transmitter.isBound(clusterId)) return;
    const writer = new OctetWriter().u16(attributeId).u8(attribute.type);
    writeValue(writer, attribute.type, attribute.read());
    this.#transmitter.send({
      clusterId,
      commandId: General.reportAttributes,
      payload: writer.finish(),
      isClusterSpecific: false,
      direction: "serverToClient",
      ...(attribute.manufacturerCode === undefined
        ? {}
        : { manufacturerCode: attribute.manufacturerCode }),
    });
  }

  #arm(record: ReportingRecord): void {
    const attribute = this.#attribute(record.clusterId, record.attributeId);
    if (attribute === null) return;
    const cancel =
      record.maxSeconds === 0
        ? () => {}
        : this.#time.after(record.maxSeconds * 1000, () => this.report(record));
    const key = keyOf(record.clusterId, record.attributeId);
    this.#sent.set(key, { value: attribute.read(), atMs: this.#time.nowMs(), cancel });
  }

  #forget(record: ReportingRecord): void {
    const key = keyOf(record.clusterId, record.attributeId);
    this.#sent.get(key)?.cancel();
    this.#sent.delete(key);
  }

  #attribute(clusterId: number, attributeId: number): Attribute | null {
    return this.#clusters.get(clusterId)?.attributes.get(attributeId) ?? null;
  }
}

function keyOf(clusterId: number, attributeId: number): string {
  return `${clusterId}:${attributeId}`;
}

function isFor(clusterId: number, attributeId: number): (record: ReportingRecord) => boolean {
  return (record) => record.clusterId === clusterId && record.attributeId === attributeId;
}

function hasChanged(attribute: Attribute, record: ReportingRecord, before: ZclValue): boolean {
  const now = attribute.read();
  if (typeof now !== "number" || typeof before !== "number") return true;
  if (!isAnalog(attribute.type)) return now !== before;
  return now !== before && Math.abs(now - before) >= record.change;
}
