import { once } from "node:events";
import { type IncomingHttpHeaders, request } from "node:http";
import { connect } from "node:net";

export interface Exchange {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
}

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly body: {
    readonly ErrNo: number;
    readonly ErrMsg: string;
    readonly [field: string]: unknown;
  };
}

/** Where a server listens. */
export type Target =
  | {
      readonly port: number;
      /** The caller's own address, of 127.0.0.0/8; absent = 127.0.0.1. */
      readonly localAddress?: string;
    }
  | { readonly socketPath: string };

/** One exchange on its own connection, with whatever headers the test wants. */
export function call(target: Target, path: string, exchange: Exchange = {}): Promise<Answer> {
  const { body } = exchange;
  // Node frames only the bodies of methods that usually have one.
  const framing = body === undefined ? {} : { "content-length": Buffer.byteLength(body) };
  return new Promise((resolve, reject) => {
    const outgoing = request(
      {
        ...("port" in target ? { host: "127.0.0.1", ...target } : target),
        path,
        method: exchange.method ?? "GET",
        headers: { ...framing, ...exchange.headers },
        agent: false,
      },
      (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("end", () => {
          const text = Buffer.concat(chunks).toString();
          resolve({
            status: response.statusCode ?? 0,
            headers: response.headers,
            body: JSON.parse(text),
          });
        });
        response.on("error", reject);
      },
    );
    outgoing.on("error", reject);
    outgoing.end(exchange.body);
  });
}

/** A POST of JSON. */
export function post(
  target: Target,
  path: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = {},
): Promise<Answer> {
  return call(target, path, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify(body),
  });
}

/** Bytes to a TCP server; what it answers until it ends the connection. */
export async function sendBytes(port: number, bytes: string): Promise<string> {
  const socket = connect({ host: "127.0.0.1", port });
  const chunks: Buffer[] = [];
  socket.on("data", (chunk: Buffer) => chunks.push(chunk));
  socket.write(bytes);
  await once(socket, "close");
  return Buffer.concat(chunks).toString();
}
