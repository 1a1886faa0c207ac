import type { ApsFrame, SimpleDescriptor } from "../../radio.ts";
import { ByteWriter } from "../bytes.ts";
import { mtStatus, subsystem } from "../mt/mt-codes.ts";
import type { Stack } from "../stack.ts";
import { audienceOf } from "./broadcast.ts";
import type { KnownDevice } from "./device-table.ts";
import { LongMessages } from "./long-messages.ts";
import { transmissionStatus } from "./radio-medium.ts";

/** Longest payload in one frame on the air, with network security. */
const singleFrameLength = 82;
/** Longest payload the stack sends in fragments. */
const fragmentedLength = 1024;
/** Longest payload that fits AF_INCOMING_MSG with its header and its three trailing bytes. */
const incomingLength = 223;
/** Endpoints the host may register. */
const endpointCapacity = 30;
/** Data requests the stack has buffers for. */
const requestCapacity = 80;
/** A broadcast counts as sent when its relaying is over. */
const broadcastMs = 100;

/** AF_DATA_REQUEST option: end-to-end acknowledgement. */
const ackRequestOption = 0x10;

const notification = { dataConfirm: 0x80, incoming: 0x81, incomingExtended: 0x82 } as const;

export interface DataRequest {
  readonly destination: Destination;
  readonly destinationEndpoint: number;
  readonly sourceEndpoint: number;
  readonly clusterId: number;
  readonly transactionId: number;
  readonly options: number;
  readonly payload: Uint8Array;
}

export type Destination =
  | { readonly kind: "device"; readonly networkAddress: number }
  | { readonly kind: "broadcast"; readonly networkAddress: number }
  | { readonly kind: "group"; readonly groupId: number };

/** The application framework: endpoints of the host, data out, data in. */
export class Af {
  readonly longMessages = new LongMessages();
  readonly #stack: Stack;
  readonly #endpoints = new Map<number, SimpleDescriptor>();
  #pendingRequests = 0;
  #prepared: Omit<DataRequest, "payload"> | null = null;
  #sequence = 0;

  constructor(stack: Stack) {
    this.#stack = stack;
  }

  get endpoints(): readonly SimpleDescriptor[] {
    return [...this.#endpoints.values()];
  }

  /** The stick lost its RAM. */
  reset(): void {
    this.#endpoints.clear();
    this.longMessages.clear();
    this.#prepared = null;
    this.#pendingRequests = 0;
  }

  /** @returns the status of AF_REGISTER. */
  register(descriptor: SimpleDescriptor): number {
    const { endpoint } = descriptor;
    if (endpoint === 0 || endpoint === 0xff) return mtStatus.invalidParameter;
    if (this.#endpoints.has(endpoint)) return mtStatus.apsDuplicateEntry;
    if (this.#endpoints.size >= endpointCapacity) return mtStatus.memoryError;
    this.#endpoints.set(endpoint, descriptor);
    return mtStatus.success;
  }

  /** @returns the status of AF_DELETE. */
  unregister(endpoint: number): number {
    return this.#endpoints.delete(endpoint) ? mtStatus.success : mtStatus.invalidParameter;
  }

  /** Whether the stack takes a payload of this length for this kind of destination. */
  accepts(destination: Destination["kind"], length: number): boolean {
    return length <= (destination === "device" ? fragmentedLength : singleFrameLength);
  }

  /** Sends. @returns the status of the answer; the confirmation follows. */
  request(request: DataRequest): number {
    const { destination, sourceEndpoint, transactionId } = request;
    const profileId = this.#profileOf(request);
    if (profileId === null) return mtStatus.invalidParameter;
    if (!this.accepts(destination.kind, request.payload.length)) return mtStatus.invalidParameter;
    if (!this.#stack.network.isRunning) return mtStatus.nwkInvalidRequest;
    if (this.#pendingRequests >= requestCapacity) return mtStatus.memoryError;
    this.#pendingRequests++;
    const confirm = (status: number) => {
      this.#pendingRequests--;
      const { confirms } = this.#stack.faults;
      if (confirms === "withheld") return;
      const confirmed = confirms === "normal" ? status : confirms;
      const payload = Uint8Array.of(confirmed, sourceEndpoint, transactionId);
      this.#stack.notify(subsystem.af, notification.dataConfirm, payload);
    };
    const frame = {
      profileId,
      clusterId: request.clusterId,
      sourceEndpoint,
      destinationEndpoint: request.destinationEndpoint,
      payload: request.payload,
    };
    this.#send(request, frame, confirm);
    return mtStatus.success;
  }

  /** Takes a request whose payload of `length` bytes follows in pieces. @returns a status */
  prepare(request: Omit<DataRequest, "payload">, length: number): number {
    if (!this.accepts(request.destination.kind, length)) return mtStatus.invalidParameter;
    this.#prepared = request;
    this.longMessages.expect(length);
    return mtStatus.success;
  }

  /** Sends the prepared request with the pieces that have come. @returns a status */
  sendStored(): number {
    const request = this.#prepared;
    const payload = this.longMessages.take();
    this.#prepared = null;
    if (request === null || payload === null) return mtStatus.invalidParameter;
    return this.request({ ...request, payload });
  }

  /** Hands a device's frame to the host, if an endpoint of the host is meant. */
  receive(device: KnownDevice, frame: ApsFrame): void {
    for (const endpoint of this.#endpoints.values()) {
      const isMeant = [endpoint.endpoint, 0xff].includes(frame.destinationEndpoint);
      if (isMeant && endpoint.profileId === frame.profileId) {
        this.#hand(device, frame, endpoint.endpoint);
      }
    }
  }

  /** ZDP travels from endpoint 0, which is nobody's to register. */
  #profileOf({ sourceEndpoint, destinationEndpoint }: DataRequest): number | null {
    if (sourceEndpoint === 0 && destinationEndpoint === 0) return 0;
    return this.#endpoints.get(sourceEndpoint)?.profileId ?? null;
  }

  #send(request: DataRequest, frame: ApsFrame, confirm: (status: number) => void): void {
    const { time, radio, zdo } = this.#stack;
    const { destination } = request;
    switch (destination.kind) {
      case "device": {
        const isOwn = destination.networkAddress === 0;
        if (isOwn) {
          time.after(0, () => confirm(transmissionStatus.success));
          const [sequence] = frame.payload;
          if (frame.profileId === 0) {
            zdo.requestOwn(frame.clusterId, frame.payload.subarray(1), sequence);
          }
          return;
        }
        const isAcknowledged = (request.options & ackRequestOption) !== 0;
        const confirmed = isAcknowledged ? this.#afterApsAck(confirm) : confirm;
        radio.unicast(destination.networkAddress, frame, confirmed);
        return;
      }
      case "broadcast":
        radio.broadcast(frame, audienceOf(destination.networkAddress));
        if (frame.profileId === 0) {
          const [sequence] = frame.payload;
          zdo.requestOwn(frame.clusterId, frame.payload.subarray(1), sequence);
        }
        time.after(broadcastMs, () => confirm(transmissionStatus.success));
        return;
      case "group":
        // No simulated lock is a member of a group.
        time.after(broadcastMs, () => confirm(transmissionStatus.success));
        return;
    }
  }

  /** The device's own acknowledgement comes back by the same radio; it is lost only if three tries are lost. */
  #afterApsAck(confirm: (status: number) => void): (status: number) => void {
    const { time, radio } = this.#stack;
    return (status) => {
      if (status !== transmissionStatus.success) return confirm(status);
      const isLost = radio.isUplinkLost() && radio.isUplinkLost() && radio.isUplinkLost();
      const final = isLost ? transmissionStatus.apsNoAck : transmissionStatus.success;
      time.after(radio.delayMs(), () => confirm(final));
    };
  }

  #hand(device: KnownDevice, frame: ApsFrame, endpoint: number): void {
    const { time, radio } = this.#stack;
    const isLong = frame.payload.length > incomingLength;
    const ticks = Math.trunc((time.nowMs() * 1000) / 320) >>> 0;
    const timestamp = isLong ? this.longMessages.keep(ticks, frame.payload) : ticks;
    const sequence = this.#sequence++ & 0xff;
    const writer = new ByteWriter().u16(0, frame.clusterId);
    if (isLong) {
      writer.u8(2).u16(device.networkAddress, 0, 0, 0).u8(frame.sourceEndpoint).u16(0);
    } else {
      writer.u16(device.networkAddress).u8(frame.sourceEndpoint);
    }
    writer.u8(endpoint, 0, radio.linkQualityOf(device), 0).u32(timestamp).u8(sequence);
    if (isLong) writer.u16(frame.payload.length);
    else writer.u8(frame.payload.length).bytes(frame.payload);
    // Z-Stack 3 adds the last hop's address and the radius that is left.
    writer.u16(device.networkAddress).u8(29);
    const command = isLong ? notification.incomingExtended : notification.incoming;
    this.#stack.notify(subsystem.af, command, writer.toBytes());
  }
}
