import type { Agent as HttpAgent, IncomingMessage } from "node:http";
import { Agent as HttpsAgent, request as httpsRequest } from "node:https";
import type { LookupFunction } from "node:net";
import { nodeHttp } from "../base/node-http.ts";
import { version } from "../base/version.ts";
import { checkedLookup, type DestinationRules, urlFault } from "./destination.ts";
import type { Signature } from "./signature.ts";

/** How a partner answered an event (V1.6 section 9: `{ErrNo, ErrMsg}`). */
export type PostResult =
  | { readonly kind: "accepted" }
  /** It was received and refused. */
  | { readonly kind: "refused"; readonly why: string }
  | { readonly kind: "unreachable"; readonly why: string };

/** From connecting to the last byte of the answer. */
export const postTimeoutMs = 10_000;
/** An answer has two short fields; a longer one counts as no answer. */
const maxAnswerBytes = 16 * 1024;
/** Most characters of the partner's text that are kept for people to read. */
const maxWhyLength = 200;

export interface PosterOptions {
  /** PEM of authorities to trust instead of the system's. */
  readonly ca?: string | undefined;
  /** Checked before every connection, with the current DNS; absent = the URL is from the configuration. */
  readonly rules?: DestinationRules;
  /** DNS; absent = the system's. */
  readonly lookup?: LookupFunction | undefined;
  /** Headers that prove where a body comes from; absent = none. */
  readonly signature?: Signature;
}

/** Posts to one URL over at most one connection. Redirects are not followed, proxies not used. */
export class Poster {
  readonly #url: URL;
  readonly #agent: HttpAgent | HttpsAgent;
  readonly #rules: DestinationRules | undefined;
  readonly #signature: Signature;

  constructor(url: string, { ca, rules, lookup, signature }: PosterOptions = {}) {
    this.#signature = signature ?? (() => ({}));
    this.#url = new URL(url);
    this.#rules = rules;
    const options = {
      keepAlive: true,
      maxSockets: 1,
      ...(rules === undefined ? {} : { lookup: checkedLookup(rules, lookup) }),
    };
    this.#agent =
      this.#url.protocol === "https:"
        ? new HttpsAgent({
            ...options,
            minVersion: "TLSv1.2",
            // Explicit, so that NODE_TLS_REJECT_UNAUTHORIZED=0 in the environment cannot switch it off.
            rejectUnauthorized: true,
            ...(ca === undefined ? {} : { ca }),
          })
        : new nodeHttp.Agent(options);
  }

  /** Never rejects. Ends early when `signal` is aborted. */
  async post(body: string, signal: AbortSignal): Promise<PostResult> {
    // The rules may be stricter than when the URL was registered.
    const fault = this.#rules === undefined ? null : urlFault(this.#url, this.#rules);
    if (fault !== null) return { kind: "unreachable", why: fault };
    try {
      const deadline = AbortSignal.any([signal, AbortSignal.timeout(postTimeoutMs)]);
      const response = await this.#send(body, deadline);
      return judged(response.statusCode ?? 0, await readAnswer(response));
    } catch (cause) {
      return { kind: "unreachable", why: whyOf(cause) };
    }
  }

  close(): void {
    this.#agent.destroy();
  }

  #send(body: string, signal: AbortSignal): Promise<IncomingMessage> {
    const request = this.#url.protocol === "https:" ? httpsRequest : nodeHttp.request;
    const headers = {
      "content-type": "application/json; charset=utf-8",
      "content-length": Buffer.byteLength(body),
      "user-agent": `latchd/${version}`,
      ...this.#signature(body),
    };
    return new Promise((resolve, reject) => {
      const call = request(this.#url, { method: "POST", agent: this.#agent, headers, signal });
      call.on("response", resolve);
      call.on("error", reject);
      call.end(body);
    });
  }
}

async function readAnswer(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of response) {
    if (!(chunk instanceof Buffer)) continue;
    length += chunk.length;
    if (length > maxAnswerBytes) {
      response.destroy();
      throw new Error("the answer is too long");
    }
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString("utf8");
}

function judged(status: number, text: string): PostResult {
  if (status >= 500 || status === 429 || status === 408) {
    return { kind: "unreachable", why: `HTTP ${status}` };
  }
  const answer = parsed(text);
  if (status >= 200 && status < 300 && answer?.errNo === 0) return { kind: "accepted" };
  if (answer === null) return { kind: "refused", why: `HTTP ${status} without ErrNo` };
  return { kind: "refused", why: `ErrNo ${answer.errNo} ${answer.errMsg}`.slice(0, maxWhyLength) };
}

function parsed(text: string): { readonly errNo: number; readonly errMsg: string } | null {
  try {
    const answer: unknown = JSON.parse(text);
    if (typeof answer !== "object" || answer === null) return null;
    if (!("ErrNo" in answer) || typeof answer.ErrNo !== "number") return null;
    const errMsg = "ErrMsg" in answer && typeof answer.ErrMsg === "string" ? answer.ErrMsg : "";
    return { errNo: answer.ErrNo, errMsg };
  } catch {
    return null;
  }
}

function whyOf(cause: unknown): string {
  if (!(cause instanceof Error)) return "not reached";
  const code = "code" in cause && typeof cause.code === "string" ? cause.code : cause.name;
  return code === "ABORT_ERR" || code === "AbortError" || code === "TimeoutError"
    ? "no answer in time"
    : `${code}: ${cause.message}`.slice(0, maxWhyLength);
}
