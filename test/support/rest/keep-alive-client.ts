import { Agent, request } from "node:http";
import { httpLimits } from "../../../daemon/api/listener/listener.ts";
import type { OddRequest } from "./odd-requests.ts";

/** How a request ended. */
export interface Ending {
  /** 0 = the connection was cut while the request was still on its way out. */
  readonly status: number;
  /** ErrNo, or the errorCode of an action, 0 = success; null = the answer has none. */
  readonly errNo: number | null;
  readonly elapsedMs: number;
}

const deadlineMs = 30_000;

/** Sends requests as they are over a few connections that stay open. */
export class KeepAliveClient {
  readonly #agent: Agent;
  readonly #port: number;
  readonly #tokens: Readonly<Record<OddRequest["token"], string>>;

  constructor(
    port: number,
    tokens: Readonly<Record<OddRequest["token"], string>>,
    sockets: number,
  ) {
    this.#port = port;
    this.#tokens = tokens;
    this.#agent = new Agent({ keepAlive: true, maxSockets: sockets });
  }

  close(): void {
    this.#agent.destroy();
  }

  /** Sends a request, and sends it again if the server closed the reused connection. @throws the connection's error */
  async send(one: OddRequest): Promise<Ending> {
    const beganMs = performance.now();
    // The server refuses an unreadable request without knowing that it is a HEAD, whose answer has no body.
    const isHead = one.method === "HEAD";
    const elapsed = () => performance.now() - beganMs;
    try {
      return { ...(await this.#once(one)), elapsedMs: elapsed() };
    } catch (cause) {
      if (isHead && codeOf(cause) === "HPE_CLOSED_CONNECTION") {
        return { status: 0, errNo: null, elapsedMs: elapsed() };
      }
      if (!isCut(cause)) throw new Error(`no answer to ${JSON.stringify(one)}`, { cause });
    }
    try {
      return { ...(await this.#once(one)), elapsedMs: elapsed() };
    } catch (cause) {
      const isTooLong = (one.body?.length ?? 0) > httpLimits.maxBodyBytes;
      if (!isCut(cause) || !isTooLong) throw cause;
      return { status: 0, errNo: null, elapsedMs: elapsed() };
    }
  }

  #once({ method, path, headers, token, body }: OddRequest): Promise<Omit<Ending, "elapsedMs">> {
    const bearer = this.#tokens[token];
    const signal = AbortSignal.timeout(deadlineMs);
    const options = {
      host: "127.0.0.1",
      port: this.#port,
      agent: this.#agent,
      method,
      path,
      signal,
    };
    return new Promise((resolve, reject) => {
      const outgoing = request(options, (response) => {
        const status = response.statusCode ?? 0;
        if (response.headers["content-type"]?.startsWith("text/event-stream") === true) {
          // This response would never end.
          response.destroy();
          resolve({ status, errNo: 0 });
          return;
        }
        let text = "";
        response.setEncoding("utf8").on("data", (part: string) => {
          text += part;
        });
        response.on("end", () => resolve({ status, errNo: errNoOf(text) }));
        response.on("error", reject);
      });
      if (bearer !== "") outgoing.setHeader("authorization", `Bearer ${bearer}`);
      for (const [name, value] of headers) outgoing.setHeader(name, value);
      outgoing.on("error", reject);
      if (body === null) {
        outgoing.end();
        return;
      }
      // Node frames only the bodies of methods that usually have one.
      outgoing.setHeader("content-length", Buffer.byteLength(body));
      outgoing.end(body);
    });
  }
}

function isCut(cause: unknown): boolean {
  const code = codeOf(cause);
  return code === "ECONNRESET" || code === "EPIPE";
}

function codeOf(cause: unknown): unknown {
  return cause instanceof Error && "code" in cause ? cause.code : null;
}

function errNoOf(text: string): number | null {
  if (!text.startsWith("{")) return null;
  const answer: unknown = JSON.parse(text);
  if (typeof answer !== "object" || answer === null) return null;
  if ("success" in answer && answer.success === true) return 0;
  if ("ErrNo" in answer && typeof answer.ErrNo === "number") return answer.ErrNo;
  return "errorCode" in answer && typeof answer.errorCode === "number" ? answer.errorCode : null;
}
