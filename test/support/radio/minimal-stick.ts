import { createServer, type Server, type Socket } from "node:net";
import type { MinimalDevice } from "./minimal-device.ts";
import { ieee, mtFrame, u16 } from "./znp-client.ts";

/** Requests whose only synchronous answer is SUCCESS. */
const acknowledged: ReadonlySet<number> = new Set([
  0x2401, // AF_DATA_REQUEST
  0x2402, // AF_DATA_REQUEST_EXT
  0x2502, // ZDO_NODE_DESC_REQ
  0x2504, // ZDO_SIMPLE_DESC_REQ
  0x2505, // ZDO_ACTIVE_EP_REQ
  0x2521, // ZDO_BIND_REQ
  0x2536, // ZDO_MGMT_PERMIT_JOIN_REQ
  0x2540, // ZDO_STARTUP_FROM_APP
  0x2545, // ZDO_EXT_ROUTE_DISC
  0x254b, // ZDO_EXT_ADD_GROUP
  0x2f05, // APP_CNF_BDB_START_COMMISSIONING
  0x2f08, // APP_CNF_BDB_SET_CHANNEL
]);

export interface MinimalStickOptions {
  /** What a request gets that the stick does not know: MT_RPC_ERROR (0x60 0x00), or nothing. */
  readonly unknownCommands: "rpcError" | "unanswered";
}

/** NV items (Z-Stack 3.x.0) that have a part in forming a network. */
const nv = {
  startupOption: 0x03,
  nib: 0x21,
  activeKey: 0x3a,
  alternateKey: 0x3b,
  apsLinkKeyTable: 0x4c,
  networkKeyInfo: 0x82,
  panId: 0x83,
  channelList: 0x84,
  extendedPanId: 0x2d,
  preconfiguredKey: 0x62,
} as const;

const stickIeee = "00124b0001020304";
const running = 9;

/**
 * A coordinator as bare as zigbee-herdsman bears one: it knows the requests that herdsman makes to
 * start, open the network, interview and send, and no other. No extended NV items, no neighbour
 * table, no announcements of devices, a version without bootloader, messages without a trailer.
 * Written from the bytes of the MT API, independently of the simulated stick.
 */
export class MinimalStick {
  /** Requests it did not know, as `cmd0 cmd1` in hex. */
  readonly unknown: string[] = [];
  /** Requests so far. */
  requests = 0;
  readonly #options: MinimalStickOptions;
  readonly #items = new Map<number, Uint8Array>([
    [nv.networkKeyInfo, new Uint8Array(24)],
    [nv.apsLinkKeyTable, new Uint8Array(2)],
  ]);
  readonly #endpoints: number[] = [];
  readonly #devices = new Map<number, MinimalDevice>();
  #state = 0;
  /** What every request gets instead of its answer: nothing special, status 1 or MT_RPC_ERROR. */
  refusal: "none" | "status" | "rpcError" = "none";
  #server: Server | null = null;
  #socket: Socket | null = null;

  constructor(options: MinimalStickOptions) {
    this.#options = options;
  }

  /** Listens on 127.0.0.1. @returns the port. */
  async open(): Promise<number> {
    const server = createServer({ noDelay: true }, (socket) => this.#serve(socket));
    this.#server = server;
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const address = server.address();
    return address !== null && typeof address === "object" ? address.port : 0;
  }

  async close(): Promise<void> {
    this.#socket?.destroy();
    await new Promise((resolve) => this.#server?.close(resolve));
  }

  /** A device joins; only ZDO_TC_DEV_IND reports it to the host. */
  join(device: MinimalDevice): void {
    const { networkAddress } = device;
    this.#devices.set(networkAddress, device);
    this.#send(0x45, 0xca, [...u16(networkAddress), ...ieee(device.ieee), ...u16(0)]);
  }

  #serve(socket: Socket): void {
    this.#socket?.destroy();
    this.#socket = socket;
    let pending: number[] = [];
    socket.on("error", () => socket.destroy());
    socket.on("data", (bytes: Buffer) => {
      pending.push(...bytes);
      for (;;) {
        const start = pending.indexOf(0xfe);
        pending = start < 0 ? [] : pending.slice(start);
        const length = (pending[1] ?? 0xff) + 5;
        if (pending.length < length) return;
        const [, , cmd0 = 0, cmd1 = 0, ...rest] = pending.slice(0, length - 1);
        pending = pending.slice(length);
        this.#receive(cmd0, cmd1, Uint8Array.from(rest));
      }
    });
  }

  #send(cmd0: number, cmd1: number, data: readonly number[]): void {
    this.#socket?.write(mtFrame(cmd0, cmd1, data));
  }

  #receive(cmd0: number, cmd1: number, data: Uint8Array): void {
    if (cmd0 === 0x41 && cmd1 === 0x00) {
      this.#reset();
      return;
    }
    this.requests++;
    if (this.refusal === "status") {
      this.#send(cmd0 | 0x40, cmd1, [1]);
      return;
    }
    const isRefused = this.refusal === "rpcError";
    const answer = isRefused ? null : this.#answer(cmd0, cmd1, data);
    if (answer !== null) {
      this.#send(cmd0 | 0x40, cmd1, answer);
      this.#follow(cmd0, cmd1, data);
      return;
    }
    this.unknown.push(`${cmd0.toString(16)} ${cmd1.toString(16).padStart(2, "0")}`);
    // 2: the command is not known.
    if (isRefused || this.#options.unknownCommands === "rpcError")
      this.#send(0x60, 0x00, [2, cmd0, cmd1]);
  }

  /** The synchronous answer's payload; null when the request is not known. */
  #answer(cmd0: number, cmd1: number, data: Uint8Array): readonly number[] | null {
    const done = [0];
    switch ((cmd0 << 8) | cmd1) {
      case 0x2101: // SYS_PING
        return u16(0x0659);
      case 0x2102: // SYS_VERSION, without what newer firmware says of its bootloader
        return [2, 1, 2, 7, 1, ...u32(20_221_226)];
      case 0x2104: // SYS_GET_EXTADDR
        return ieee(stickIeee);
      case 0x2132: // SYS_NV_LENGTH: there are no extended items
        return u32(0);
      case 0x2700: // UTIL_GET_DEVICE_INFO
        return [0, ...ieee(stickIeee), ...u16(0), 7, this.#state, 0];
      case 0x2550: // ZDO_EXT_NWK_INFO
        return this.#networkInfo();
      case 0x254a: // ZDO_EXT_FIND_GROUP: 1, there is none
        return [1, ...data.subarray(1, 3), 0, 0];
      case 0x2400: // AF_REGISTER
        this.#endpoints.push(data[0] ?? 0);
        return done;
      default:
        return acknowledged.has((cmd0 << 8) | cmd1) ? done : this.#memory(cmd0, cmd1, data);
    }
  }

  /** The items of the stick's flash. */
  #memory(cmd0: number, cmd1: number, data: Uint8Array): readonly number[] | null {
    switch ((cmd0 << 8) | cmd1) {
      case 0x2107: // SYS_OSAL_NV_ITEM_INIT: 9, the item was not there
        this.#items.set(word(data, 0), new Uint8Array(word(data, 2)));
        return [9];
      case 0x2112: // SYS_OSAL_NV_DELETE
        return [this.#items.delete(word(data, 0)) ? 0 : 9];
      case 0x2113: // SYS_OSAL_NV_LENGTH
        return u16(this.#items.get(word(data, 0))?.length ?? 0);
      case 0x211c: // SYS_OSAL_NV_READ_EXT
        return this.#readNv(word(data, 0), word(data, 2));
      case 0x211d: // SYS_OSAL_NV_WRITE_EXT
        this.#items.get(word(data, 0))?.set(data.subarray(6), word(data, 2));
        return [0];
      default:
        return null;
    }
  }

  /** What comes of a request after its answer. */
  #follow(cmd0: number, cmd1: number, data: Uint8Array): void {
    switch ((cmd0 << 8) | cmd1) {
      case 0x2f05:
        this.#form();
        this.#start();
        break;
      case 0x2540:
        this.#start();
        break;
      case 0x2502:
      case 0x2504:
      case 0x2505:
      case 0x2521:
        this.#zdo(cmd1, data);
        break;
      case 0x2401:
        this.#transmit(data);
        break;
      case 0x2402:
        this.#send(0x44, 0x80, [0, data[12] ?? 0, data[15] ?? 0]);
        break;
    }
  }

  #reset(): void {
    this.#state = 0;
    this.#endpoints.length = 0;
    const startup = this.#items.get(nv.startupOption)?.[0] ?? 0;
    if ((startup & 2) !== 0) this.#items.delete(nv.nib);
    this.#send(0x41, 0x80, [0, 2, 1, 2, 7, 1]);
  }

  #readNv(id: number, offset: number): readonly number[] {
    const part = this.#items.get(id)?.subarray(offset, offset + 240) ?? [];
    return [0, part.length, ...part];
  }

  /** Writes the network information base, 116 bytes, and the keys from what the host has configured. */
  #form(): void {
    const at = (id: number): Uint8Array => this.#items.get(id) ?? new Uint8Array(16);
    const mask = at(nv.channelList);
    const nib = new Uint8Array(116);
    nib[24] = 31 - Math.clz32(new DataView(mask.buffer).getUint32(0, true));
    nib.set(at(nv.panId), 36);
    nib.set(mask, 40);
    nib.set(at(nv.extendedPanId), 57);
    this.#items.set(nv.nib, nib);
    const key = Uint8Array.of(0, ...at(nv.preconfiguredKey));
    this.#items.set(nv.activeKey, key);
    this.#items.set(nv.alternateKey, key);
  }

  #start(): void {
    this.#state = running;
    this.#send(0x45, 0xc0, [running]);
  }

  #networkInfo(): readonly number[] {
    const nib = this.#items.get(nv.nib) ?? new Uint8Array(116);
    const panId = nib.subarray(36, 38);
    const noParent = [...u16(0), ...nib.subarray(57, 65), ...ieee("0000000000000000")];
    return [...u16(0), this.#state, ...panId, ...noParent, nib[24] ?? 0];
  }

  #zdo(command: number, request: Uint8Array): void {
    const target = word(request, 0);
    const answer =
      target === 0
        ? ownDescriptor(command, request, this.#endpoints)
        : this.#devices.get(target)?.zdo(command, request);
    if (answer) this.#send(0x45, command | 0x80, [...u16(target), ...answer]);
  }

  /** AF_DATA_REQUEST: address, endpoints, cluster, transaction, options, radius, length, data. */
  #transmit(data: Uint8Array): void {
    const [destination = 0, source = 0] = data.subarray(2, 4);
    const clusterId = word(data, 4);
    const device = this.#devices.get(word(data, 0));
    // 0xE9: no acknowledgement from the radio.
    this.#send(0x44, 0x80, [device === undefined ? 0xe9 : 0, source, data[6] ?? 0]);
    for (const frame of device?.zcl(clusterId, data.subarray(10)) ?? []) {
      const from = [...u16(0, clusterId, word(data, 0)), destination, source];
      this.#send(0x44, 0x81, [...from, 0, 200, 0, ...u32(0), 0, frame.length, ...frame]);
    }
  }
}

/** The coordinator's own active endpoints (0x05) and simple descriptors (0x04). */
function ownDescriptor(
  command: number,
  request: Uint8Array,
  endpoints: readonly number[],
): readonly number[] | null {
  if (command === 0x05) return [0, ...u16(0), endpoints.length, ...endpoints];
  if (command !== 0x04) return null;
  const simple = [request[4] ?? 0, ...u16(0x0104, 0x0005), 0, 0, 0];
  return [0, ...u16(0), simple.length, ...simple];
}

function u32(value: number): number[] {
  return [...u16(value & 0xffff), ...u16(value >>> 16)];
}

function word(bytes: Uint8Array, offset: number): number {
  return (bytes[offset] ?? 0) | ((bytes[offset + 1] ?? 0) << 8);
}
