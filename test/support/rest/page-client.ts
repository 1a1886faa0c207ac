import { type Answer, call } from "./rest-client.ts";

/** A browser's part in the exchanges of the page: its cookie, its origin and its own header. */
export class PageClient {
  readonly #port: number;
  readonly #from: string;
  /** `name=value` as the gateway has set it last; empty = signed out. */
  cookie = "";
  /** All of the last `Set-Cookie` header. */
  setCookie = "";

  /** @param from its address, of 127.0.0.0/8 */
  constructor(port: number, from = "127.0.0.1") {
    this.#port = port;
    this.#from = from;
  }

  get origin(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** What a script of the page sends beside the cookie. */
  get ownHeaders(): Readonly<Record<string, string>> {
    return { "x-latchd": "1", origin: this.origin, "content-type": "application/json" };
  }

  async post(path: string, body: unknown): Promise<Answer> {
    return await this.send("POST", path, body, this.ownHeaders);
  }

  async get(path: string, headers: Readonly<Record<string, string>> = {}): Promise<Answer> {
    return await this.send("GET", path, undefined, headers);
  }

  async delete(path: string, body: unknown): Promise<Answer> {
    return await this.send("DELETE", path, body, this.ownHeaders);
  }

  /** One request with exactly these headers and the cookie. */
  async send(
    method: string,
    path: string,
    body: unknown,
    headers: Readonly<Record<string, string>>,
  ): Promise<Answer> {
    const answer = await call({ port: this.#port, localAddress: this.#from }, path, {
      method,
      headers: { ...headers, ...(this.cookie === "" ? {} : { cookie: this.cookie }) },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    });
    const [set] = answer.headers["set-cookie"] ?? [];
    if (set !== undefined) {
      this.setCookie = set;
      const pair = set.split(";")[0] ?? "";
      this.cookie = pair.endsWith("=") ? "" : pair;
    }
    return answer;
  }
}
