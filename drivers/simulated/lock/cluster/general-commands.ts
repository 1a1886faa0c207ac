import { General, Status } from "../../zcl/constants.ts";
import { isAnalog, readValue, writeValue } from "../../zcl/data-type.ts";
import { OctetReader, OctetWriter } from "../../zcl/octets.ts";
import type { Request, Transmitter } from "../transmitter.ts";
import type { Attribute, Cluster, CommandEnd } from "./cluster.ts";
import type { Reporting } from "./reporting.ts";

/** Performs the general commands (ZCL 2.5) on the attributes of a cluster. */
export class GeneralCommands {
  readonly #transmitter: Transmitter;
  readonly #reporting: Reporting;

  constructor(transmitter: Transmitter, reporting: Reporting) {
    this.#transmitter = transmitter;
    this.#reporting = reporting;
  }

  /** @throws MalformedFrame when the payload is cut off. */
  receive(cluster: Cluster, request: Request): CommandEnd {
    const reader = new OctetReader(request.zcl.payload);
    const isVendors = request.zcl.manufacturerCode !== null;
    switch (request.zcl.commandId) {
      case General.readAttributes:
        return this.#answer(
          request,
          General.readAttributesResponse,
          readAll(cluster, reader, isVendors),
        );
      case General.writeAttributes:
        return this.#write(cluster, request, "each");
      case General.writeAttributesUndivided:
        return this.#write(cluster, request, "undivided");
      case General.writeAttributesNoResponse:
        return this.#write(cluster, request, "unanswered");
      case General.configureReporting:
        return this.#configureReporting(cluster, request, reader);
      case General.readReportingConfiguration:
        return this.#readReportingConfiguration(cluster, request, reader);
      case General.discoverAttributes:
        return this.#discover(cluster, request, reader);
      case General.readAttributesResponse:
      case General.writeAttributesResponse:
      case General.configureReportingResponse:
      case General.readReportingConfigurationResponse:
      case General.reportAttributes:
      case General.defaultResponse:
      case General.discoverAttributesResponse:
        return "silent";
      default:
        return { status: Status.unsupGeneralCommand };
    }
  }

  #answer(request: Request, commandId: number, payload: Uint8Array): CommandEnd {
    this.#transmitter.answer(request, commandId, payload);
    return "answered";
  }

  #write(
    cluster: Cluster,
    request: Request,
    mode: "each" | "undivided" | "unanswered",
  ): CommandEnd {
    const reader = new OctetReader(request.zcl.payload);
    const isVendors = request.zcl.manufacturerCode !== null;
    const wanted: { id: number; status: number; commit: () => number }[] = [];
    while (reader.remaining > 0) {
      const id = reader.u16();
      const type = reader.u8();
      const value = readValue(reader, type);
      const attribute = find(cluster, id, isVendors);
      const write = attribute?.write;
      if (attribute === null) wanted.push(refused(id, Status.unsupportedAttribute));
      else if (write === undefined) wanted.push(refused(id, Status.readOnly));
      else if (attribute.type !== type) wanted.push(refused(id, Status.invalidDataType));
      else wanted.push({ id, status: Status.success, commit: () => write(value) });
    }
    const isBlocked = mode === "undivided" && wanted.some((one) => one.status !== Status.success);
    const statuses = wanted.map((one) => ({
      id: one.id,
      status: isBlocked ? one.status : one.commit(),
    }));
    for (const { id, status } of statuses) {
      if (status === Status.success && !isBlocked) this.#reporting.changed(cluster.id, id);
    }
    if (mode === "unanswered") return "answered";
    const failed = statuses.filter(({ status }) => status !== Status.success);
    const writer = new OctetWriter();
    if (failed.length === 0) writer.u8(Status.success);
    for (const { id, status } of failed) writer.u8(status).u16(id);
    return this.#answer(request, General.writeAttributesResponse, writer.finish());
  }

  #configureReporting(cluster: Cluster, request: Request, reader: OctetReader): CommandEnd {
    const isVendors = request.zcl.manufacturerCode !== null;
    const failed = new OctetWriter();
    let failures = 0;
    while (reader.remaining > 0) {
      const direction = reader.u8();
      const attributeId = reader.u16();
      if (direction !== 0) {
        reader.u16();
        continue;
      }
      const type = reader.u8();
      const minSeconds = reader.u16();
      const maxSeconds = reader.u16();
      const least = isAnalog(type) ? readValue(reader, type) : 0;
      const change = typeof least === "number" ? least : 0;
      const attribute = find(cluster, attributeId, isVendors);
      const status = configurable(attribute, type, minSeconds, maxSeconds);
      if (status === Status.success) {
        this.#reporting.configure({
          clusterId: cluster.id,
          attributeId,
          minSeconds,
          maxSeconds,
          change,
        });
      } else {
        failures++;
        failed.u8(status).u8(direction).u16(attributeId);
      }
    }
    const payload = failures === 0 ? Uint8Array.of(Status.success) : failed.finish();
    return this.#answer(request, General.configureReportingResponse, payload);
  }

  #readReportingConfiguration(cluster: Cluster, request: Request, reader: OctetReader): CommandEnd {
    const writer = new OctetWriter();
    while (reader.remaining > 0) {
      const direction = reader.u8();
      const attributeId = reader.u16();
      const attribute = find(cluster, attributeId, request.zcl.manufacturerCode !== null);
      const record = this.#reporting.configuration(cluster.id, attributeId);
      if (attribute === null) {
        writer.u8(Status.unsupportedAttribute).u8(direction).u16(attributeId);
      } else if (record === null || direction !== 0) {
        writer.u8(Status.notFound).u8(direction).u16(attributeId);
      } else {
        writer.u8(Status.success).u8(direction).u16(attributeId).u8(attribute.type);
        writer.u16(record.minSeconds).u16(record.maxSeconds);
        if (isAnalog(attribute.type)) writeValue(writer, attribute.type, record.change);
      }
    }
    return this.#answer(request, General.readReportingConfigurationResponse, writer.finish());
  }

  #discover(cluster: Cluster, request: Request, reader: OctetReader): CommandEnd {
    const startId = reader.u16();
    const limit = reader.u8();
    const isVendors = request.zcl.manufacturerCode !== null;
    const found = [...cluster.attributes.values()]
      .filter((attribute) => attribute.id >= startId && isOfVendor(attribute) === isVendors)
      .sort((a, b) => a.id - b.id);
    const writer = new OctetWriter().u8(found.length <= limit ? 1 : 0);
    for (const attribute of found.slice(0, limit)) writer.u16(attribute.id).u8(attribute.type);
    return this.#answer(request, General.discoverAttributesResponse, writer.finish());
  }
}

function refused(id: number, status: number): { id: number; status: number; commit: () => number } {
  return { id, status, commit: () => status };
}

function find(cluster: Cluster, id: number, isVendors: boolean): Attribute | null {
  const attribute = cluster.attributes.get(id);
  return attribute === undefined || isOfVendor(attribute) !== isVendors ? null : attribute;
}

function isOfVendor({ manufacturerCode }: Attribute): boolean {
  return manufacturerCode !== undefined;
}

function readAll(cluster: Cluster, reader: OctetReader, isVendors: boolean): Uint8Array {
  const writer = new OctetWriter();
  while (reader.remaining > 0) {
    const id = reader.u16();
    const attribute = find(cluster, id, isVendors);
    if (attribute === null) {
      writer.u16(id).u8(Status.unsupportedAttribute);
    } else {
      writer.u16(id).u8(Status.success).u8(attribute.type);
      writeValue(writer, attribute.type, attribute.read());
    }
  }
  return writer.finish();
}

function configurable(
  attribute: Attribute | null,
  type: number,
  minSeconds: number,
  maxSeconds: number,
): number {
  if (attribute === null) return Status.unsupportedAttribute;
  if (attribute.isReportable !== true) return Status.unreportableAttribute;
  if (attribute.type !== type) return Status.invalidDataType;
  return maxSeconds !== 0 && minSeconds > maxSeconds ? Status.invalidValue : Status.success;
}
