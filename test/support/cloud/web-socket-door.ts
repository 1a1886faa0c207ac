import assert from "node:assert/strict";
import { createHash } from "node:crypto";
import { once } from "node:events";
import { createServer as createHttpServer, type Server } from "node:http";
import { createServer as createHttpsServer } from "node:https";
import { connect } from "node:net";
import type { Duplex } from "node:stream";
import type { Certificate } from "./certificates.ts";

const binaryFrame = 0x82;
const closeOpcode = 0x8;

/** A WebSocket door (RFC 6455, as far as MQTT needs it) in front of a broker's TCP port. */
export class WebSocketDoor {
  readonly #server: Server;
  readonly #open = new Set<Duplex>();
  #port = 0;

  private constructor(server: Server) {
    this.#server = server;
  }

  static async before(brokerPort: number, tls?: Certificate): Promise<WebSocketDoor> {
    const server = tls === undefined ? createHttpServer() : createHttpsServer({ ...tls });
    const door = new WebSocketDoor(server);
    server.on("upgrade", (request, socket) => {
      const key = String(request.headers["sec-websocket-key"]);
      const accept = createHash("sha1").update(`${key}258EAFA5-E914-47DA-95CA-C5AB0DC85B11`);
      socket.write(
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n" +
          `Sec-WebSocket-Accept: ${accept.digest("base64")}\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n`,
      );
      door.#bridge(socket, brokerPort);
    });
    server.on("tlsClientError", () => {});
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const address = server.address();
    assert(typeof address === "object" && address !== null);
    door.#port = address.port;
    return door;
  }

  get port(): number {
    return this.#port;
  }

  async stop(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    this.#server.closeAllConnections();
    for (const socket of this.#open) socket.destroy();
    await closed;
  }

  #bridge(socket: Duplex, brokerPort: number): void {
    const broker = connect(brokerPort, "127.0.0.1");
    broker.setNoDelay(true);
    this.#open.add(socket);
    const end = () => {
      this.#open.delete(socket);
      socket.destroy();
      broker.destroy();
    };
    for (const side of [socket, broker]) side.on("error", end).on("close", end);
    broker.on("data", (bytes: Buffer) => socket.write(Buffer.concat([headerOf(bytes), bytes])));
    let unread = Buffer.alloc(0);
    socket.on("data", (bytes: Buffer) => {
      unread = Buffer.concat([unread, bytes]);
      for (let frame = frameOf(unread); frame !== null; frame = frameOf(unread)) {
        unread = unread.subarray(frame.length);
        if (frame.opcode === closeOpcode) end();
        else broker.write(frame.payload);
      }
    });
  }
}

function headerOf({ length }: Buffer): Buffer {
  if (length < 126) return Buffer.of(binaryFrame, length);
  assert(length < 65_536, "a socket's chunk");
  return Buffer.of(binaryFrame, 126, length >> 8, length & 0xff);
}

/** The first frame of a client's bytes (masked, always); null while it is not whole. */
function frameOf(
  bytes: Buffer,
): { readonly opcode: number; readonly payload: Buffer; readonly length: number } | null {
  if (bytes.length < 2) return null;
  const short = bytes.readUInt8(1) & 0x7f;
  assert(short < 127, "MQTT of these tests is small");
  const maskAt = short === 126 ? 4 : 2;
  if (bytes.length < maskAt) return null;
  const size = short === 126 ? bytes.readUInt16BE(2) : short;
  const length = maskAt + 4 + size;
  if (bytes.length < length) return null;
  const mask = bytes.subarray(maskAt, maskAt + 4);
  const masked = bytes.subarray(maskAt + 4, length);
  const payload = Buffer.from(masked.map((byte, index) => byte ^ (mask[index % 4] ?? 0)));
  return { opcode: bytes.readUInt8(0) & 0x0f, payload, length };
}
