import { createServer, type Socket } from "node:net";
import { UnpiParser } from "../../../../drivers/simulated/stick/mt/unpi.ts";
import type { SimulatedStick } from "../../../../drivers/simulated/stick/stick.ts";
import { nowNs } from "../monotonic.ts";

/** A Door Lock command on the line between stick and host. */
export interface TappedFrame {
  readonly direction: "toHost" | "fromHost";
  /** ZCL command id of the Door Lock cluster. */
  readonly commandId: number;
  readonly networkAddress: number;
  readonly atNs: number;
}

const afSubsystem = 0x04;
const dataRequest = 0x01;
const incomingMessage = 0x81;
const doorLockCluster = 0x0101;
/** ZCL frame control: a command of the cluster itself. */
const clusterSpecific = 0x01;

/**
 * Offers the stick on TCP and reports every Door Lock command on it, at the moment its last byte is
 * written to the host or read from it. The simulated air behind it counts for nobody.
 */
export async function listenTapped(
  stick: SimulatedStick,
  heard: (frame: TappedFrame) => void,
): Promise<number> {
  const server = createServer({ noDelay: true }, (socket) => join(stick, socket, heard));
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const address = server.address();
  if (typeof address !== "object" || address === null) throw new Error("no port");
  return address.port;
}

function join(stick: SimulatedStick, socket: Socket, heard: (frame: TappedFrame) => void): void {
  const toHost = new UnpiParser();
  const fromHost = new UnpiParser();
  const end = stick.connect({
    write: (bytes) => {
      const atNs = nowNs();
      if (socket.writable) socket.write(bytes);
      look(toHost, bytes, { direction: "toHost", atNs, heard });
    },
    close: () => socket.destroySoon(),
  });
  socket.on("data", (bytes: Buffer) => {
    look(fromHost, bytes, { direction: "fromHost", atNs: nowNs(), heard });
    end.receive(bytes);
  });
  socket.on("error", () => socket.destroy());
  socket.on("close", () => end.closed());
}

interface Look extends Pick<TappedFrame, "direction" | "atNs"> {
  readonly heard: (frame: TappedFrame) => void;
}

function look(parser: UnpiParser, bytes: Uint8Array, { direction, atNs, heard }: Look): void {
  for (const { subsystem, command, data } of parser.push(bytes)) {
    const isToHost = direction === "toHost";
    if (subsystem !== afSubsystem || command !== (isToHost ? incomingMessage : dataRequest))
      continue;
    const view = new DataView(data.buffer, data.byteOffset, data.byteLength);
    if (view.getUint16(isToHost ? 2 : 4, true) !== doorLockCluster) continue;
    const zcl = data.subarray(isToHost ? 17 : 10);
    const [control = 0, , commandId = 0] = zcl;
    if ((control & 0x03) !== clusterSpecific) continue;
    const networkAddress = view.getUint16(isToHost ? 4 : 0, true);
    heard({ direction, commandId, networkAddress, atNs });
  }
}
