import type {
  ApsFrame,
  BindRequest,
  Ieee,
  NodeDescriptor,
  RadioDevice,
  RadioLink,
  SimpleDescriptor,
} from "../../../drivers/simulated/radio.ts";

const basicCluster = 0x0000;
const readAttributes = 0x00;
const readAttributesResponse = 0x01;
const defaultResponse = 0x0b;
const unsupportedAttribute = 0x86;
const characterString = 0x42;
const unsigned8 = 0x20;
const enumeration8 = 0x30;

/** Basic cluster attributes as they travel: type and value. */
const attributes: Readonly<Record<number, readonly number[]>> = {
  0: [unsigned8, 3],
  1: [unsigned8, 1],
  2: [unsigned8, 1],
  3: [unsigned8, 1],
  4: text("Plain"),
  5: text("P1"),
  6: text("20260101"),
  7: [enumeration8, 1],
  16384: text("1.0"),
};

function text(value: string): readonly number[] {
  return [characterString, value.length, ...Buffer.from(value)];
}

/** A Zigbee device with a Basic cluster and nothing else, for tests of the stick. */
export class PlainDevice implements RadioDevice {
  readonly ieee: Ieee;
  readonly node: NodeDescriptor;
  readonly endpoints: readonly SimpleDescriptor[] = [
    {
      endpoint: 1,
      profileId: 0x0104,
      deviceId: 0x000a,
      deviceVersion: 1,
      inputClusters: [basicCluster, 0x0101],
      outputClusters: [0x000a],
    },
  ];
  readonly pollIntervalMs = 250;
  readonly received: ApsFrame[] = [];
  readonly bound: BindRequest[] = [];
  link: RadioLink | null = null;
  hasLeft = false;
  isAwake = true;
  /** Whether reads of the Basic cluster are answered. */
  isAnswering = true;

  constructor(
    options: {
      readonly ieee?: Ieee;
      readonly isSleepy?: boolean;
      readonly isRouter?: boolean;
    } = {},
  ) {
    this.ieee = options.ieee ?? "00158d0001020304";
    this.node = {
      type: options.isRouter === true ? "router" : "endDevice",
      isReceiverOnWhenIdle: options.isSleepy !== true,
      isMainsPowered: options.isSleepy !== true,
      manufacturerCode: 0x1234,
    };
  }

  /** Its address on the network. @throws when it is on none */
  address(): number {
    if (this.link === null) throw new Error("the device is on no network");
    return this.link.networkAddress;
  }

  isReachable(): boolean {
    return this.isAwake;
  }

  joined(link: RadioLink): void {
    this.link = link;
    this.hasLeft = false;
  }

  left(): void {
    this.link = null;
    this.hasLeft = true;
  }

  bind(request: BindRequest): number {
    this.bound.push(request);
    return 0;
  }

  receive(frame: ApsFrame): void {
    this.received.push(frame);
    if (this.isAnswering) this.#answer(frame);
  }

  #answer(frame: ApsFrame): void {
    const [control = 0, sequence = 0, command = 0] = frame.payload;
    if ((control & 0x03) !== 0 || command === defaultResponse) return;
    if (frame.clusterId !== basicCluster || command !== readAttributes) return;
    const answer = [0x18, sequence, readAttributesResponse];
    for (let offset = 3; offset + 1 < frame.payload.length; offset += 2) {
      const id = (frame.payload[offset] ?? 0) | ((frame.payload[offset + 1] ?? 0) << 8);
      const value = attributes[id];
      answer.push(
        id & 0xff,
        id >>> 8,
        ...(value === undefined ? [unsupportedAttribute] : [0, ...value]),
      );
    }
    this.link?.send({
      profileId: frame.profileId,
      clusterId: frame.clusterId,
      sourceEndpoint: frame.destinationEndpoint,
      destinationEndpoint: frame.sourceEndpoint,
      payload: Uint8Array.from(answer),
    });
  }
}
