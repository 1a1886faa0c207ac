import assert from "node:assert/strict";
import { TestBroker } from "../../support/cloud/broker.ts";
import { ProtectedHouse } from "../../support/cloud/protected-house.ts";
import { post } from "../../support/rest/rest-client.ts";
import type { Flood } from "./floods.ts";
import { clearedAt } from "./revocation-watch.ts";

/** The time limits for the honest client: for its token, and for the frame of a revocation at the lock. */
export const tokenWithinMs = 2_000;
export const frameWithinMs = 5_000;
/** The lock takes this long for each answer, as a real one does. */
const answerMs = 100;

/** The result of one flood. */
export interface Row {
  readonly flood: string;
  /** The number of the adversary's attempts during the honest client's visits. */
  readonly strokes: number;
  readonly visits: number;
  readonly slowestTokenMs: number;
  /** From the request to the frame at the lock. */
  readonly slowestRestMs: number;
  /** From the cloud's publication to the frame at the lock. */
  readonly slowestCloudMs: number;
}

/** The daemon as a process, a broker and a lock, with an owner who asks for tokens and revokes passwords. */
export class FloodedHouse {
  readonly #broker: TestBroker;
  readonly #house: ProtectedHouse;
  readonly #secret: string;

  private constructor(broker: TestBroker, house: ProtectedHouse, secret: string) {
    this.#broker = broker;
    this.#house = house;
    this.#secret = secret;
  }

  static async open(): Promise<FloodedHouse> {
    const broker = await TestBroker.start();
    const quirks = { answerDelayMs: [answerMs, answerMs] } as const;
    const house = await ProtectedHouse.open({ brokerUrl: broker.url, quirks });
    const added = await house.call("client_add", { client_id: "owner", scope: "manager" });
    return new FloodedHouse(broker, house, String(added["client_secret"]));
  }

  /** Keeps the flood running while the owner comes `visits` times. */
  async measure(flood: Flood, visits: number): Promise<Row> {
    const passwords = [];
    for (let at = 0; at < 2 * visits; at += 1) passwords.push(await this.#house.add());
    let strokes = 0;
    const end = await flood.begin(this.#house, () => {
      strokes += 1;
    });
    const times: { readonly token: number; readonly rest: number; readonly cloud: number }[] = [];
    try {
      for (let visit = 0; visit < visits; visit += 1) {
        const [first, second] = [passwords.pop(), passwords.pop()];
        assert.ok(first !== undefined && second !== undefined);
        await new Promise((resolve) => setTimeout(resolve, 300));
        const [token, authorization] = await this.#token();
        const rest = await this.#revoked(first.userId, () => this.#byRest(first.id, authorization));
        const cloud = await this.#revoked(second.userId, () => this.#byCloud(second.id));
        times.push({ token, rest, cloud });
      }
    } finally {
      await end();
    }
    const slowest = (of: "token" | "rest" | "cloud") =>
      Math.round(Math.max(...times.map((time) => time[of])));
    return {
      flood: flood.name,
      ...{ strokes, visits: times.length, slowestTokenMs: slowest("token") },
      ...{ slowestRestMs: slowest("rest"), slowestCloudMs: slowest("cloud") },
    };
  }

  async close(): Promise<void> {
    await this.#house.close();
    await this.#broker.stop();
  }

  async #token(): Promise<readonly [ms: number, authorization: string]> {
    const beganMs = performance.now();
    const pair = { client_id: "owner", client_secret: this.#secret };
    const { body } = await post(this.#house.tcp, "/openapi/v1/access_token", pair);
    assert.equal(body.ErrNo, 0, body.ErrMsg);
    return [performance.now() - beganMs, `Bearer ${String(body["access_token"])}`];
  }

  /** From asking for it to the frame that clears the slot, at the lock. */
  async #revoked(userId: number, ask: () => Promise<void>): Promise<number> {
    const cleared = clearedAt(this.#house.lock, userId);
    const beganMs = performance.now();
    const asked = ask();
    const ms = (await cleared) - beganMs;
    await asked;
    return ms;
  }

  async #byRest(password_id: number, authorization: string): Promise<void> {
    const params = { uuid: this.#house.uuid, password_id };
    const path = "/openapi/v1/delete_password";
    const { body } = await post(this.#house.tcp, path, params, { authorization });
    assert.equal(body.ErrNo, 0, body.ErrMsg);
  }

  async #byCloud(password_id: number): Promise<void> {
    await this.#house.must("delete_password", { password_id });
  }
}

/** The rows as a table of Markdown. */
export function tableOf(rows: readonly Row[]): string {
  const head = [
    "| flood | strokes | visits | slowest token | slowest frame, REST | slowest frame, cloud |",
    "|---|---|---|---|---|---|",
  ];
  const lines = rows.map(
    ({ flood, strokes, visits, slowestTokenMs, slowestRestMs, slowestCloudMs }) =>
      `| ${flood} | ${strokes} | ${visits} | ${slowestTokenMs} ms | ${slowestRestMs} ms | ${slowestCloudMs} ms |`,
  );
  const limits = `| limit | | | ${tokenWithinMs} ms | ${frameWithinMs} ms | ${frameWithinMs} ms |`;
  return [...head, ...lines, limits].join("\n");
}
