import type { BindRequest, Ieee, NodeDescriptor, SimpleDescriptor } from "../../radio.ts";
import { ByteReader, ByteWriter, ShortPayloadError } from "../bytes.ts";

/** ZDP clusters that are answered here; a response has bit 15 set (Zigbee specification, 2.4). */
export const zdpCluster = {
  networkAddress: 0x0000,
  ieeeAddress: 0x0001,
  nodeDescriptor: 0x0002,
  powerDescriptor: 0x0003,
  simpleDescriptor: 0x0004,
  activeEndpoints: 0x0005,
  matchDescriptors: 0x0006,
  deviceAnnounce: 0x0013,
  systemServers: 0x0015,
  bind: 0x0021,
  unbind: 0x0022,
  networkDiscovery: 0x0030,
  neighbours: 0x0031,
  routes: 0x0032,
  bindings: 0x0033,
  leave: 0x0034,
  permitJoining: 0x0036,
  networkUpdate: 0x0038,
} as const;

/** A response's cluster is its request's with this bit. */
export const responseBit = 0x8000;

export const zdpStatus = {
  success: 0x00,
  invalidRequestType: 0x80,
  deviceNotFound: 0x81,
  invalidEndpoint: 0x82,
  notActive: 0x83,
  notSupported: 0x84,
  noDescriptor: 0x89,
} as const;

/** Neighbour entries that fit one response. */
const neighboursPerResponse = 3;
/** Bindings that fit one response. */
const bindingsPerResponse = 3;

export interface Neighbour {
  readonly extendedPanId: Uint8Array;
  readonly ieee: Ieee;
  readonly networkAddress: number;
  readonly type: "coordinator" | "router" | "endDevice";
  readonly isReceiverOnWhenIdle: boolean;
  readonly relationship: "parent" | "child";
  readonly depth: number;
  readonly linkQuality: number;
}

/** A node as ZDP sees it: the coordinator or a device. */
export interface ZdpNode {
  readonly ieee: Ieee;
  readonly networkAddress: number;
  readonly type: "coordinator" | NodeDescriptor["type"];
  readonly isReceiverOnWhenIdle: boolean;
  readonly isMainsPowered: boolean;
  readonly manufacturerCode: number;
  readonly endpoints: readonly SimpleDescriptor[];
  readonly bindings: readonly BindRequest[];
  /** null for nodes that keep no neighbour table. */
  neighbours(): readonly Neighbour[] | null;
  /** Children's addresses, as the extended address responses list them. */
  childAddresses(): readonly number[];
  /** @returns the ZDP status. */
  bind(request: BindRequest): number;
}

/** The capability byte of Device_annce and of the node descriptor. */
export function capabilitiesOf(node: Omit<NodeDescriptor, "manufacturerCode">): number {
  const isRouter = node.type === "router";
  const mains = node.isMainsPowered ? 0x04 : 0;
  return 0x80 | (isRouter ? 0x02 : 0) | mains | (node.isReceiverOnWhenIdle ? 0x08 : 0);
}

/** Capabilities of the coordinator: full-function, mains, listening, gives addresses. */
export const coordinatorCapabilities = 0x8f;

/**
 * Answers a ZDP request as `node` would.
 * @param payload without the transaction sequence number.
 * @returns the response's payload without sequence number; null for silence.
 */
export function answerZdp(node: ZdpNode, cluster: number, payload: Uint8Array): Uint8Array | null {
  const answer = answers[cluster];
  if (answer === undefined) return Uint8Array.of(zdpStatus.notSupported);
  try {
    return answer(node, new ByteReader(payload))?.toBytes() ?? null;
  } catch (error) {
    if (error instanceof ShortPayloadError) return Uint8Array.of(zdpStatus.invalidRequestType);
    throw error;
  }
}

type Answer = (node: ZdpNode, request: ByteReader) => ByteWriter | null;

const answers: Readonly<Record<number, Answer>> = {
  [zdpCluster.networkAddress]: (node, request) =>
    request.ieee() === node.ieee ? addresses(node, request) : null,
  [zdpCluster.ieeeAddress]: (node, request) =>
    request.u16() === node.networkAddress ? addresses(node, request) : null,
  [zdpCluster.nodeDescriptor]: ofInterest((node, head) => head.bytes(nodeDescriptor(node))),
  [zdpCluster.powerDescriptor]: ofInterest((node, head) =>
    // Receiver on constantly or periodically; source mains or disposable battery, full.
    head.u8(node.isReceiverOnWhenIdle ? 0x10 : 0x11, node.isMainsPowered ? 0xc1 : 0xc4),
  ),
  [zdpCluster.simpleDescriptor]: simpleDescriptor,
  [zdpCluster.activeEndpoints]: ofInterest((node, head) => {
    const numbers = node.endpoints.map(({ endpoint }) => endpoint);
    return head.u8(numbers.length, ...numbers);
  }),
  [zdpCluster.matchDescriptors]: matchDescriptors,
  [zdpCluster.systemServers]: (node, request) => {
    const offered = node.type === "coordinator" ? request.u16() & 0x0041 : 0;
    return offered === 0 ? null : new ByteWriter().u8(zdpStatus.success).u16(offered);
  },
  [zdpCluster.bind]: (node, request) => bind(node, request, false),
  [zdpCluster.unbind]: (node, request) => bind(node, request, true),
  [zdpCluster.neighbours]: neighbours,
  [zdpCluster.routes]: (node, request) => {
    if (node.type === "endDevice") return new ByteWriter().u8(zdpStatus.notSupported);
    // Every device is one hop away: there is nothing to route.
    return new ByteWriter().u8(zdpStatus.success, 0, request.u8(), 0);
  },
  [zdpCluster.bindings]: bindings,
  [zdpCluster.leave]: () => new ByteWriter().u8(zdpStatus.success),
  [zdpCluster.permitJoining]: (node) =>
    new ByteWriter().u8(node.type === "endDevice" ? zdpStatus.notSupported : zdpStatus.success),
  [zdpCluster.networkUpdate]: networkUpdate,
};

/** For requests that begin with the address they ask about; nobody answers for others. */
function ofInterest(answer: (node: ZdpNode, head: ByteWriter) => ByteWriter): Answer {
  return (node, request) => {
    const address = request.u16();
    const isOwn = address === node.networkAddress;
    const { success, deviceNotFound, invalidRequestType } = zdpStatus;
    const refusal = node.type === "endDevice" ? invalidRequestType : deviceNotFound;
    const head = new ByteWriter().u8(isOwn ? success : refusal).u16(address);
    return isOwn ? answer(node, head) : head;
  };
}

function addresses(node: ZdpNode, request: ByteReader): ByteWriter {
  const isExtended = request.u8() === 1;
  const startIndex = request.u8();
  const head = new ByteWriter().u8(zdpStatus.success).ieee(node.ieee).u16(node.networkAddress);
  if (!isExtended) return head;
  const children = node.childAddresses();
  const listed = children.slice(startIndex, startIndex + 30);
  return head.u8(children.length, startIndex).u16(...listed);
}

/** Node descriptor, 13 bytes (2.3.2.3); the coordinator's server mask: trust centre, manager, R22. */
function nodeDescriptor(node: ZdpNode): Uint8Array {
  const isCoordinator = node.type === "coordinator";
  const logicalType = { coordinator: 0, router: 1, endDevice: 2 }[node.type];
  const capabilities = isCoordinator
    ? coordinatorCapabilities
    : capabilitiesOf({ ...node, type: node.type === "router" ? "router" : "endDevice" });
  return new ByteWriter()
    .u8(logicalType, 0x40, capabilities)
    .u16(node.manufacturerCode)
    .u8(80)
    .u16(160, isCoordinator ? 0x2c41 : 0x2c00, 160)
    .u8(0)
    .toBytes();
}

function simpleDescriptor(node: ZdpNode, request: ByteReader): ByteWriter {
  const address = request.u16();
  const number = request.u8();
  const refusal = (status: number) => new ByteWriter().u8(status).u16(address).u8(0);
  if (address !== node.networkAddress) return refusal(zdpStatus.deviceNotFound);
  if (number === 0 || number === 0xff) return refusal(zdpStatus.invalidEndpoint);
  const endpoint = node.endpoints.find((candidate) => candidate.endpoint === number);
  if (endpoint === undefined) return refusal(zdpStatus.notActive);
  const descriptor = new ByteWriter()
    .u8(endpoint.endpoint)
    .u16(endpoint.profileId, endpoint.deviceId)
    .u8(endpoint.deviceVersion)
    .u16List(endpoint.inputClusters)
    .u16List(endpoint.outputClusters)
    .toBytes();
  const head = new ByteWriter().u8(zdpStatus.success).u16(address);
  return head.u8(descriptor.length).bytes(descriptor);
}

function matchDescriptors(node: ZdpNode, request: ByteReader): ByteWriter | null {
  const address = request.u16();
  const profileId = request.u16();
  const wantedInputs = request.u16List();
  const wantedOutputs = request.u16List();
  const matching = node.endpoints.filter(
    (endpoint) =>
      endpoint.profileId === profileId &&
      (wantedInputs.some((cluster) => endpoint.inputClusters.includes(cluster)) ||
        wantedOutputs.some((cluster) => endpoint.outputClusters.includes(cluster))),
  );
  const isBroadcast = address >= 0xfff8;
  if (isBroadcast && matching.length === 0) return null;
  const answered = isBroadcast ? node.networkAddress : address;
  if (answered !== node.networkAddress) {
    return new ByteWriter().u8(zdpStatus.deviceNotFound).u16(address).u8(0);
  }
  const numbers = matching.map(({ endpoint }) => endpoint);
  return new ByteWriter()
    .u8(zdpStatus.success)
    .u16(answered)
    .u8(numbers.length, ...numbers);
}

function bind(node: ZdpNode, request: ByteReader, isUnbind: boolean): ByteWriter {
  const sourceIeee = request.ieee();
  const sourceEndpoint = request.u8();
  const clusterId = request.u16();
  const isUnicast = request.u8() === 3;
  // A group binding has no place in the devices' contract.
  if (!isUnicast || sourceIeee !== node.ieee) return new ByteWriter().u8(zdpStatus.notSupported);
  const destinationIeee = request.ieee();
  const destinationEndpoint = request.u8();
  const binding = { isUnbind, sourceEndpoint, clusterId, destinationIeee, destinationEndpoint };
  return new ByteWriter().u8(node.bind(binding));
}

function neighbours(node: ZdpNode, request: ByteReader): ByteWriter {
  const all = node.neighbours();
  if (all === null) return new ByteWriter().u8(zdpStatus.notSupported);
  const startIndex = request.u8();
  const listed = all.slice(startIndex, startIndex + neighboursPerResponse);
  const response = new ByteWriter().u8(zdpStatus.success, all.length, startIndex, listed.length);
  for (const neighbour of listed) {
    const type = { coordinator: 0, router: 1, endDevice: 2 }[neighbour.type];
    const relationship = neighbour.relationship === "parent" ? 0 : 1;
    response
      .bytes(neighbour.extendedPanId)
      .ieee(neighbour.ieee)
      .u16(neighbour.networkAddress)
      .u8(type | (neighbour.isReceiverOnWhenIdle ? 0x04 : 0) | (relationship << 4))
      .u8(neighbour.type === "endDevice" ? 0 : 2, neighbour.depth, neighbour.linkQuality);
  }
  return response;
}

function bindings(node: ZdpNode, request: ByteReader): ByteWriter {
  const startIndex = request.u8();
  const listed = node.bindings.slice(startIndex, startIndex + bindingsPerResponse);
  const total = node.bindings.length;
  const response = new ByteWriter().u8(zdpStatus.success, total, startIndex, listed.length);
  for (const binding of listed) {
    response
      .ieee(node.ieee)
      .u8(binding.sourceEndpoint)
      .u16(binding.clusterId)
      .u8(3)
      .ieee(binding.destinationIeee)
      .u8(binding.destinationEndpoint);
  }
  return response;
}

/** An energy scan finds every channel quiet; a channel change is answered by nobody. */
function networkUpdate(_: ZdpNode, request: ByteReader): ByteWriter | null {
  const mask = request.u32() & 0x07fff800;
  const duration = request.u8();
  if (duration > 5) return null;
  const count = Array.from({ length: 32 }, (_bit, bit) => (mask >>> bit) & 1);
  const channels = count.reduce((sum, bit) => sum + bit, 0);
  return new ByteWriter()
    .u8(zdpStatus.success)
    .u32(mask)
    .u16(0, 0)
    .u8(channels, ...Array.from({ length: channels }, () => 0x20));
}
