import type { ApsFrame } from "../../radio.ts";
import { ClusterId, General, Status } from "../../zcl/constants.ts";
import { parseZclFrame, type ZclFrame } from "../../zcl/frame.ts";
import { MalformedFrame, OctetReader } from "../../zcl/octets.ts";
import type { AssembledLock } from "../assembly.ts";
import type { Request } from "../transmitter.ts";
import type { Cluster, CommandEnd } from "./cluster.ts";
import type { GeneralCommands } from "./general-commands.ts";

/**
 * Performs a frame from the air, whatever its content, and answers by the default response rules.
 */
export function receiveFrame(lock: AssembledLock, general: GeneralCommands, frame: ApsFrame): void {
  const { quirks, transmitter } = lock.parts;
  const isBroadcast = frame.destinationEndpoint === 0xff;
  const recorded = lock.parts.profile.record?.endpoints ?? [];
  const isOwn =
    frame.destinationEndpoint === quirks.endpoint ||
    recorded.some(({ endpoint }) => endpoint === frame.destinationEndpoint);
  if (!isOwn && !isBroadcast) return;
  const zcl = parse(frame.payload);
  if (zcl === null) return;
  const aps = isBroadcast ? { ...frame, destinationEndpoint: quirks.endpoint } : frame;
  const request: Request = { aps, zcl };
  const end = perform(lock, general, request);
  if (end === "answered" || end === "silent") return;
  if (isResponse(zcl)) return;
  // An error is answered even if the request wants no default response (ZCL 2.5.12.2).
  if (zcl.disableDefaultResponse && end.status === Status.success) return;
  transmitter.defaultResponse(request, end.status);
}

function parse(payload: Uint8Array): ZclFrame | null {
  try {
    return parseZclFrame(payload);
  } catch (error) {
    // The frame is too short for a header, so there is no sender to answer.
    if (error instanceof MalformedFrame) return null;
    throw error;
  }
}

function perform(lock: AssembledLock, general: GeneralCommands, request: Request): CommandEnd {
  try {
    return request.zcl.isClusterSpecific
      ? performOwn(lock, request)
      : performGeneral(lock, general, request);
  } catch (error) {
    if (error instanceof MalformedFrame) return { status: Status.malformedCommand };
    throw error;
  }
}

function performOwn(lock: AssembledLock, request: Request): CommandEnd {
  const { zcl, aps } = request;
  if (zcl.manufacturerCode !== null) return { status: Status.unsupManufacturerClusterCommand };
  const cluster = lock.clusters.get(aps.clusterId);
  if (cluster === undefined) return { status: Status.unsupportedCluster };
  // A server takes commands of clients, the OTA client those of the server.
  const wanted = aps.clusterId === ClusterId.ota ? "serverToClient" : "clientToServer";
  if (zcl.direction !== wanted) return { status: Status.unsupClusterCommand };
  return cluster.receive(request, new OctetReader(zcl.payload));
}

function performGeneral(
  lock: AssembledLock,
  general: GeneralCommands,
  request: Request,
): CommandEnd {
  const { zcl, aps } = request;
  if (zcl.commandId === General.defaultResponse) {
    lock.parts.events.confirmed(zcl.sequence);
    return "silent";
  }
  if (zcl.commandId === General.readAttributesResponse) {
    if (aps.clusterId === ClusterId.time) lock.timeClient?.answered(request);
    return "silent";
  }
  const isOwn = zcl.manufacturerCode === lock.parts.profile.manufacturerCode;
  if (zcl.manufacturerCode !== null && !isOwn) {
    return { status: Status.unsupManufacturerGeneralCommand };
  }
  const cluster: Cluster | undefined = lock.clusters.get(aps.clusterId);
  if (cluster === undefined) return { status: Status.unsupportedCluster };
  return general.receive(cluster, request);
}

/** The lock never answers a response, so that two devices do not answer each other forever. */
function isResponse(zcl: ZclFrame): boolean {
  const responses: readonly number[] = [
    General.readAttributesResponse,
    General.writeAttributesResponse,
    General.configureReportingResponse,
    General.readReportingConfigurationResponse,
    General.defaultResponse,
    General.discoverAttributesResponse,
  ];
  return !zcl.isClusterSpecific && responses.includes(zcl.commandId);
}
