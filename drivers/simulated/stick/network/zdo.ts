import type { ApsFrame, BindRequest, Ieee, RadioDevice } from "../../radio.ts";
import { ByteReader, ByteWriter } from "../bytes.ts";
import { subsystem } from "../mt/mt-codes.ts";
import type { Stack } from "../stack.ts";
import { audienceOf, isBroadcastAddress } from "./broadcast.ts";
import { type KnownDevice, relation } from "./device-table.ts";
import {
  answerZdp,
  type Neighbour,
  responseBit,
  type ZdpNode,
  zdpCluster,
  zdpStatus,
} from "./zdp.ts";

/** Bindings kept for one device; those beyond it are not listed. */
const notedBindings = 64;
/** MSG_CB_REGISTER: this cluster means all clusters. */
const everyCluster = 0xffff;
const messageCallback = 0xff;

/** Classic MT_ZDO notification of each ZDP response cluster. */
const notificationOf: Readonly<Record<number, number>> = {
  [zdpCluster.networkAddress]: 0x80,
  [zdpCluster.ieeeAddress]: 0x81,
  [zdpCluster.nodeDescriptor]: 0x82,
  [zdpCluster.powerDescriptor]: 0x83,
  [zdpCluster.simpleDescriptor]: 0x84,
  [zdpCluster.activeEndpoints]: 0x85,
  [zdpCluster.matchDescriptors]: 0x86,
  [zdpCluster.systemServers]: 0x8a,
  [zdpCluster.bind]: 0xa1,
  [zdpCluster.unbind]: 0xa2,
  [zdpCluster.networkDiscovery]: 0xb0,
  [zdpCluster.neighbours]: 0xb1,
  [zdpCluster.routes]: 0xb2,
  [zdpCluster.bindings]: 0xb3,
  [zdpCluster.leave]: 0xb4,
  [zdpCluster.permitJoining]: 0xb6,
  [zdpCluster.networkUpdate]: 0xb8,
};

/** Zigbee device objects: ZDP requests out, responses in, and the answers of devices. */
export class Zdo {
  readonly #stack: Stack;
  readonly #bindings = new Map<Ieee, BindRequest[]>();
  readonly #registered = new Set<number>();
  #sequence = 0;

  constructor(stack: Stack) {
    this.#stack = stack;
  }

  /** The stick lost its RAM. */
  reset(): void {
    this.#registered.clear();
  }

  /** The host wants incoming messages of this cluster raw as well (ZDO_MSG_CB_REGISTER). */
  register(cluster: number): void {
    this.#registered.add(cluster);
  }

  unregister(cluster: number): boolean {
    return this.#registered.delete(cluster);
  }

  /**
   * Sends a request to a node for the host; a broadcast goes to many and to the stick itself.
   * @param payload without sequence number
   */
  request(address: number, cluster: number, payload: Uint8Array): void {
    const { radio } = this.#stack;
    if (address === 0) {
      this.requestOwn(cluster, payload);
    } else if (isBroadcastAddress(address)) {
      radio.broadcast(this.#frame(cluster, payload), audienceOf(address));
      this.requestOwn(cluster, payload);
    } else {
      radio.unicast(address, this.#frame(cluster, payload), () => {});
    }
  }

  /** Asks the stick itself; the answer reaches the host as if it had come by radio. */
  requestOwn(cluster: number, payload: Uint8Array, sequence = this.#nextSequence()): void {
    this.#obey(cluster, payload);
    const response = answerZdp(this.#ownNode(), cluster, payload);
    if (response === null) return;
    const answer = zdpFrame(cluster | responseBit, sequence, response);
    this.#stack.time.after(0, () => this.#notifyHost(0, answer));
  }

  /** A ZDP frame has come in from a device: a response, an announcement or a question. */
  receive(device: KnownDevice, frame: ApsFrame): void {
    if (frame.clusterId === zdpCluster.deviceAnnounce || (frame.clusterId & responseBit) !== 0) {
      this.#notifyHost(device.networkAddress, frame);
      return;
    }
    const payload = frame.payload.subarray(1);
    const response = answerZdp(this.#ownNode(), frame.clusterId, payload);
    if (response === null) return;
    const sequence = frame.payload[0] ?? 0;
    const answer = zdpFrame(frame.clusterId | responseBit, sequence, response);
    this.#stack.radio.unicast(device.networkAddress, answer, () => {});
  }

  /** A ZDP frame has reached a device: it answers, and obeys. */
  answerFor(device: RadioDevice, known: KnownDevice, frame: ApsFrame): void {
    if ((frame.clusterId & responseBit) !== 0) return;
    const payload = frame.payload.subarray(1);
    const response = answerZdp(this.#nodeOf(device, known), frame.clusterId, payload);
    if (response === null) return;
    const sequence = frame.payload[0] ?? 0;
    const answer = zdpFrame(frame.clusterId | responseBit, sequence, response);
    this.#stack.radio.respond(known, answer);
    if (frame.clusterId === zdpCluster.leave && response[0] === zdpStatus.success) {
      const isRejoining = ((payload[8] ?? 0) & 0x80) !== 0;
      this.#stack.joining.depart(known, { isAsked: true, isRejoining });
    }
  }

  /** Tells the host of an announcement (Device_annce). */
  announce(known: KnownDevice, capabilities: number): void {
    const payload = new ByteWriter().u16(known.networkAddress).ieee(known.ieee).u8(capabilities);
    const frame = this.#frame(zdpCluster.deviceAnnounce, payload.toBytes());
    this.#notifyHost(known.networkAddress, frame);
  }

  #frame(cluster: number, payload: Uint8Array): ApsFrame {
    return zdpFrame(cluster, this.#nextSequence(), payload);
  }

  #nextSequence(): number {
    this.#sequence = (this.#sequence + 1) & 0xff;
    return this.#sequence;
  }

  /** What a request does to the stick itself, beside being answered. */
  #obey(cluster: number, payload: Uint8Array): void {
    if (cluster === zdpCluster.permitJoining) {
      this.#stack.joining.permit(payload[0] ?? 0);
    } else if (cluster === zdpCluster.networkUpdate && payload.length >= 5) {
      const reader = new ByteReader(payload);
      const mask = reader.u32() & 0x07fff800;
      if (reader.u8() === 0xfe && mask !== 0) {
        this.#stack.network.changeChannel(31 - Math.clz32(mask & -mask));
      }
    }
  }

  #notifyHost(source: number, { clusterId: cluster, payload: whole }: ApsFrame): void {
    const [sequence = 0] = whole;
    const payload = whole.subarray(1);
    const notify = (command: number, bytes: Uint8Array) =>
      this.#stack.notify(subsystem.zdo, command, bytes);
    const isAnnouncement = cluster === zdpCluster.deviceAnnounce;
    const command = isAnnouncement ? 0xc1 : notificationOf[cluster & ~responseBit];
    if (command !== undefined) notify(command, classicPayload(source, cluster, payload));
    if (!this.#registered.has(everyCluster) && !this.#registered.has(cluster)) return;
    const raw = new ByteWriter()
      .u16(source)
      .u8(isAnnouncement ? 1 : 0)
      .u16(cluster)
      .u8(0, sequence)
      .u16(isAnnouncement ? 0xfffd : 0)
      .bytes(payload);
    notify(messageCallback, raw.toBytes());
  }

  #ownNode(): ZdpNode {
    const { ieee, af, devices } = this.#stack;
    return {
      ieee,
      networkAddress: 0,
      type: "coordinator",
      isReceiverOnWhenIdle: true,
      isMainsPowered: true,
      manufacturerCode: 0x0007,
      endpoints: af.endpoints,
      bindings: [],
      neighbours: () => devices.children().map((known) => this.#neighbour(known)),
      childAddresses: () => devices.children().map(({ networkAddress }) => networkAddress),
      bind: () => zdpStatus.notSupported,
    };
  }

  #nodeOf(device: RadioDevice, known: KnownDevice): ZdpNode {
    const noted = this.#bindings.get(known.ieee) ?? [];
    return {
      ...device.node,
      ieee: known.ieee,
      networkAddress: known.networkAddress,
      endpoints: device.endpoints,
      bindings: noted,
      neighbours: () => (device.node.type === "router" ? [this.#asParent(known)] : null),
      childAddresses: () => [],
      bind: (request) => {
        const status = device.bind(request);
        if (status === zdpStatus.success) this.#noteBinding(known.ieee, request);
        return status;
      },
    };
  }

  #noteBinding(ieee: Ieee, request: BindRequest): void {
    const others = (this.#bindings.get(ieee) ?? []).filter((binding) => !isSame(binding, request));
    if (!request.isUnbind && others.length < notedBindings) others.push(request);
    this.#bindings.set(ieee, others);
  }

  #neighbour(known: KnownDevice): Neighbour {
    const { network, radio } = this.#stack;
    return {
      extendedPanId: network.parameters?.extendedPanId ?? new Uint8Array(8),
      ieee: known.ieee,
      networkAddress: known.networkAddress,
      type: known.relation === relation.routerChild ? "router" : "endDevice",
      isReceiverOnWhenIdle: known.relation !== relation.sleepyChild,
      relationship: "child",
      depth: 1,
      linkQuality: radio.linkQualityOf(known),
    };
  }

  #asParent(known: KnownDevice): Neighbour {
    return {
      ...this.#neighbour(known),
      ieee: this.#stack.ieee,
      networkAddress: 0,
      type: "coordinator",
      isReceiverOnWhenIdle: true,
      relationship: "parent",
      depth: 0,
    };
  }
}

function zdpFrame(cluster: number, sequence: number, payload: Uint8Array): ApsFrame {
  return {
    profileId: 0,
    clusterId: cluster,
    sourceEndpoint: 0,
    destinationEndpoint: 0,
    payload: Uint8Array.of(sequence, ...payload),
  };
}

/** MT_ZDO's form: the sender first, except for addresses, whose two counters change places. */
function classicPayload(source: number, cluster: number, payload: Uint8Array): Uint8Array {
  const requestCluster = cluster & ~responseBit;
  const isAddress =
    requestCluster === zdpCluster.networkAddress || requestCluster === zdpCluster.ieeeAddress;
  if (!isAddress) return new ByteWriter().u16(source).bytes(payload).toBytes();
  const [count = 0, startIndex = 0] = payload.subarray(11, 13);
  const head = new ByteWriter().bytes(payload.subarray(0, 11));
  return head.u8(startIndex, count).bytes(payload.subarray(13)).toBytes();
}

function isSame(left: BindRequest, right: BindRequest): boolean {
  return (
    left.sourceEndpoint === right.sourceEndpoint &&
    left.clusterId === right.clusterId &&
    left.destinationIeee === right.destinationIeee &&
    left.destinationEndpoint === right.destinationEndpoint
  );
}
