import assert from "node:assert/strict";
import { once } from "node:events";
import { connect, createServer, type Server, type Socket } from "node:net";

/** A TCP line to a broker that can be cut and stay down. */
export class CutLine {
  readonly #server: Server;
  readonly #sockets = new Set<Socket>();
  #port = 0;
  #isDown = false;

  private constructor(brokerPort: number) {
    this.#server = createServer((near) => {
      if (this.#isDown) {
        near.destroy();
        return;
      }
      const far = connect(brokerPort, "127.0.0.1");
      for (const [from, to] of [
        [near, far],
        [far, near],
      ] as const) {
        this.#sockets.add(from);
        from.setNoDelay(true);
        from.pipe(to);
        from.on("error", () => to.destroy());
        from.on("close", () => {
          this.#sockets.delete(from);
          to.destroy();
        });
      }
    });
  }

  static async to(brokerUrl: string): Promise<CutLine> {
    const line = new CutLine(Number(new URL(brokerUrl).port));
    line.#server.listen(0, "127.0.0.1");
    await once(line.#server, "listening");
    const address = line.#server.address();
    assert(typeof address === "object" && address !== null);
    line.#port = address.port;
    return line;
  }

  get url(): string {
    return `mqtt://127.0.0.1:${this.#port}`;
  }

  /**
   * Cuts what is connected, in the middle of whatever goes over it; no connection succeeds before {@link CutLine.mend}.
   */
  cut(): void {
    this.#isDown = true;
    for (const socket of this.#sockets) socket.destroy();
  }

  mend(): void {
    this.#isDown = false;
  }

  async close(): Promise<void> {
    const closed = once(this.#server, "close");
    this.#server.close();
    this.cut();
    await closed;
  }
}
