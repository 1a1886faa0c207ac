import { once } from "node:events";
import { type IncomingMessage, request as plainRequest } from "node:http";
import { Agent, request } from "node:https";

/** As many as a browser opens. */
const connections = 6;

/** What the first screen reads, and the screens behind it. */
const reads = ["doctor", "list_locks", "list_alarms", "list_homes", "get_network"] as const;

/** Where a phone finds the gateway, and whom it trusts. */
export interface Gateway {
  readonly port: number;
  /** The gateway's authority (PEM). */
  readonly ca: string;
  readonly socketPath: string;
}

/** A phone that is signed in on the page over TLS, as a browser on the site is. */
export class Phone {
  readonly #gateway: Gateway;
  readonly #cookie: string;

  private constructor(gateway: Gateway, cookie: string) {
    this.#gateway = gateway;
    this.#cookie = cookie;
  }

  /** Makes the first account. @throws when the gateway has one already */
  static async setUp(gateway: Gateway): Promise<Phone> {
    const link = plainRequest({
      ...{ socketPath: gateway.socketPath, path: "/openapi/v1/page_link", method: "POST" },
      headers: { "content-type": "application/json" },
    });
    link.end("{}");
    const setup = /#setup=([\w-]+)/.exec(await bodyOf(await responseOf(link)))?.[1];
    const agent = agentFor(gateway);
    try {
      const entry = call(gateway, agent, { path: "/api/session", method: "POST" });
      entry.end(JSON.stringify({ setup, name: "bench", passphrase: "four words and a half" }));
      const response = await responseOf(entry);
      await bodyOf(response);
      const [cookie] = (response.headers["set-cookie"]?.[0] ?? "").split(";");
      if (response.statusCode !== 200 || cookie === undefined) throw new Error("no sign-in");
      return new Phone(gateway, cookie);
    } finally {
      agent.destroy();
    }
  }

  /** Watches the events, loads these paths over all connections at once, and then reads the screens. */
  async visit(paths: readonly string[]): Promise<void> {
    const agent = agentFor(this.#gateway);
    try {
      const events = call(this.#gateway, agent, { path: "/api/events", cookie: this.#cookie });
      events.end();
      const stream = await responseOf(events);
      stream.on("error", () => undefined).resume();
      await Promise.all(paths.map((path) => this.#load(agent, path)));
      await Promise.all(reads.map((name) => this.#load(agent, `/openapi/v1/${name}`)));
    } finally {
      agent.destroy();
    }
  }

  async #load(agent: Agent, path: string): Promise<void> {
    const outgoing = call(this.#gateway, agent, { path, cookie: this.#cookie });
    outgoing.end();
    const response = await responseOf(outgoing);
    response.resume();
    await once(response, "end");
    if (response.statusCode !== 200) throw new Error(`${path}: HTTP ${response.statusCode}`);
  }
}

function agentFor({ ca }: Gateway): Agent {
  return new Agent({ keepAlive: true, maxSockets: connections, ca, rejectUnauthorized: true });
}

interface Call {
  readonly path: string;
  readonly method?: string;
  readonly cookie?: string;
}

function call({ port }: Gateway, agent: Agent, { path, method = "GET", cookie = "" }: Call) {
  return request({
    ...{ host: "localhost", port, path, method, agent, rejectUnauthorized: true },
    headers: {
      "accept-encoding": "br, gzip",
      "content-type": "application/json",
      origin: `https://localhost:${port}`,
      "x-latchd": "1",
      ...(cookie === "" ? {} : { cookie }),
    },
  });
}

async function responseOf(outgoing: ReturnType<typeof plainRequest>): Promise<IncomingMessage> {
  const [response]: IncomingMessage[] = await once(outgoing, "response");
  if (response === undefined) throw new Error("no response");
  return response;
}

async function bodyOf(response: IncomingMessage): Promise<string> {
  let text = "";
  for await (const chunk of response) text += String(chunk);
  return text;
}
