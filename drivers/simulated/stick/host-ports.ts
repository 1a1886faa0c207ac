import { Pty } from "./pty.ts";
import type { LineEnd, StickEnd } from "./serial-line.ts";
import { type TcpAddress, TcpListener } from "./tcp.ts";

/** Where a host reaches the stick's serial port: TCP listeners, and pseudo terminals in front of them. */
export class HostPorts {
  readonly #connect: (end: LineEnd) => StickEnd;
  readonly #listeners = new Set<TcpListener>();
  readonly #ptys = new Set<Pty>();

  /** @param connect puts a host on the serial line */
  constructor(connect: (end: LineEnd) => StickEnd) {
    this.#connect = connect;
  }

  /** @returns the address with the real port. @throws socket errors */
  async listenTcp(address: TcpAddress): Promise<TcpAddress> {
    return await this.#listen(address, this.#connect);
  }

  /** @throws PtyError when socat is not installed */
  async listenPty(path: string): Promise<void> {
    let pty: Pty | null = null;
    const address = await this.#listen({ host: "127.0.0.1", port: 0 }, (end) => {
      pty?.hold();
      return this.#connect(end);
    });
    pty = await Pty.open(path, address);
    this.#ptys.add(pty);
  }

  /** The stick is unplugged: terminals disappear and connections are refused. */
  async withdraw(): Promise<void> {
    await Promise.all([...this.#ptys].map((pty) => pty.withdraw()));
    await Promise.all([...this.#listeners].map((listener) => listener.close()));
  }

  /** The stick is plugged in again. */
  async offer(): Promise<void> {
    await Promise.all([...this.#listeners].map((listener) => listener.open()));
    for (const pty of this.#ptys) pty.offer();
  }

  async close(): Promise<void> {
    await this.withdraw();
    this.#ptys.clear();
    this.#listeners.clear();
  }

  async #listen(address: TcpAddress, accept: (end: LineEnd) => StickEnd): Promise<TcpAddress> {
    const listener = new TcpListener(address, accept);
    await listener.open();
    this.#listeners.add(listener);
    return listener.address;
  }
}
