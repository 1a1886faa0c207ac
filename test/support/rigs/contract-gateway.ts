import assert from "node:assert/strict";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Gateway } from "../../../daemon/assembly/gateway-handle.ts";
import { loadConfig } from "../../../daemon/config/config.ts";
import { startGateway } from "../../../daemon/gateway.ts";
import { masterKeyOf } from "../../../daemon/process/key-file.ts";
import { createLogger } from "../../../daemon/process/log.ts";
import { openStore } from "../../../daemon/store/opening/open-store.ts";
import type { Change, StoreView } from "../../../daemon/store/store.ts";
import { SimulatedHouse } from "../../../drivers/simulated/house.ts";
import type { Quirks } from "../../../drivers/simulated/lock/quirks.ts";
import type { VirtualLock } from "../../../drivers/simulated/lock/virtual-lock.ts";
import { idOf } from "../radio/zigbee-rig.ts";
import { type Answer, call, post } from "../rest/rest-client.ts";
import { within } from "../within.ts";

const patienceMs = 60_000;
const scopes = ["manager", "steward", "installer", "technician"] as const;
export type Caller = (typeof scopes)[number];

export const contractGatewayId = "gw-contract";

/** What is not as latchd has it without a word in its configuration. */
interface ContractSetup {
  readonly brokerUrl?: string;
  readonly v16Status?: "always_200" | "http";
}

/**
 * The whole gateway in this process, as `latchd` starts it, on a simulated stick with virtual locks, and
 * a client with a token for each scope. Everything goes in and out by HTTP.
 */
export class ContractGateway {
  readonly house = new SimulatedHouse({ isAutoJoining: false });
  readonly #folder = mkdtempSync(join(tmpdir(), "latchd-contract-"));
  readonly #tokens = new Map<Caller, string>();
  readonly #secrets = new Map<Caller, string>();
  #stickPath = "";
  readonly #setup: ContractSetup;
  #gateway: Gateway | null = null;

  private constructor(setup: ContractSetup) {
    this.#setup = setup;
  }

  static async open(setup: ContractSetup = {}): Promise<ContractGateway> {
    const contract = new ContractGateway(setup);
    contract.house.open();
    const { port } = await contract.house.stick.listenTcp({ host: "127.0.0.1", port: 0 });
    contract.#stickPath = `tcp://127.0.0.1:${port}`;
    await contract.start();
    for (const scope of scopes) await contract.#addClient(scope);
    await contract.online();
    return contract;
  }

  /**
   * @param trust the time source that the clock trusts; with `ntp` the time stays lost, because NTP gives no time here
   */
  async start(trust: "system" | "ntp" = "system"): Promise<void> {
    const { brokerUrl, v16Status } = this.#setup;
    const document = {
      gateway: { id: contractGatewayId, name: "Staircase B" },
      data_dir: join(this.#folder, "data"),
      stick: { path: this.#stickPath },
      ...(brokerUrl === undefined ? {} : { cloud: { url: brokerUrl, protocol: "3.1.1" } }),
      api: {
        ...{ socket: this.#socket, port: 0 },
        ...(v16Status === undefined ? {} : { v16_status: v16Status }),
      },
      clock: { trust, time_zone: "Europe/Berlin" },
      locks: { deadline_ms: 1_000, audits_per_day: 0 },
      // The rows of the contract have codes of one digit, as the published document has.
      passwords: { refuse_trivial: false },
      log: { level: "fatal", format: "json" },
    };
    const file = join(this.#folder, "latchd.yaml");
    writeFileSync(file, JSON.stringify(document));
    const config = loadConfig({ file, env: {} });
    this.#gateway = await startGateway({
      config,
      logger: createLogger("fatal", { write: () => true }),
      credentialsDirectory: undefined,
    });
  }

  async stop(): Promise<void> {
    await this.#gateway?.close();
    this.#gateway = null;
  }

  async close(): Promise<void> {
    await this.stop();
    await this.house.close();
    rmSync(this.#folder, { recursive: true, force: true });
  }

  /** Changes the store while the gateway is down: for what takes a quarter of an hour otherwise. */
  async edit(change: (view: StoreView) => readonly Change[]): Promise<void> {
    const directory = join(this.#folder, "data", "store");
    const keyFile = join(this.#folder, "data", "keys", "master.key");
    const key = await masterKeyOf(keyFile, directory, undefined);
    const store = await openStore({ directory, mode: "existing", masterKey: key });
    const stamp = { atMs: Date.now(), clock: "synced" } as const;
    await store.commit({ changes: change(store), journal: [] }, stamp);
    await store.close();
  }

  get tcp(): { readonly port: number } {
    return { port: this.#gateway?.api.tcp?.port ?? 0 };
  }

  get #socket(): string {
    return join(this.#folder, "latchd.sock");
  }

  token(scope: Caller = "manager"): string {
    return this.#tokens.get(scope) ?? assert.fail(scope);
  }

  async #addClient(scope: Caller): Promise<void> {
    const made = await this.local("client_add", { client_id: scope, scope });
    this.#secrets.set(scope, String(made.body["client_secret"]));
    await this.renewToken(scope);
  }

  /** Signs the client of a scope in again. */
  async renewToken(scope: Caller): Promise<void> {
    const pair = { client_id: scope, client_secret: this.#secrets.get(scope) };
    const { body } = await post(this.tcp, "/openapi/v1/access_token", pair);
    assert.equal(body.ErrNo, 0, body.ErrMsg);
    this.#tokens.set(scope, String(body["access_token"]));
  }

  /** Makes one call over the unix socket. */
  local(name: string, params: object = {}): Promise<Answer> {
    return post({ socketPath: this.#socket }, `/openapi/v1/${name}`, params);
  }

  /** One call with a token. */
  post(name: string, params: object = {}, token = this.token()): Promise<Answer> {
    return post(this.tcp, `/openapi/v1/${name}`, params, { authorization: `Bearer ${token}` });
  }

  get(
    name: string,
    params: Readonly<Record<string, string>> = {},
    token = this.token(),
  ): Promise<Answer> {
    const query = new URLSearchParams(params).toString();
    const headers = { authorization: `Bearer ${token}` };
    return call(this.tcp, `/openapi/v1/${name}${query === "" ? "" : `?${query}`}`, { headers });
  }

  /** Makes a call that must succeed. */
  async must(name: string, params: object = {}): Promise<Answer["body"]> {
    const { body } = await this.post(name, params);
    assert.equal(body.ErrNo, 0, `${name}: ${body.ErrMsg}`);
    return body;
  }

  async until<R>(what: string, look: () => Promise<R | null>): Promise<R> {
    return within(patienceMs, what, async () => {
      for (;;) {
        const found = await look();
        if (found !== null) return found;
        await new Promise((resolve) => setTimeout(resolve, 20));
      }
    });
  }

  online(): Promise<true> {
    return this.until("the radio to be online", async () =>
      (await this.local("get_stick")).body["state"] === "online" ? true : null,
    );
  }

  /** Pairs locks of the usual make. @returns their uuids, in order */
  async pair(...quirks: readonly Partial<Quirks>[]): Promise<readonly VirtualLock[]> {
    const locks = quirks.map((own) =>
      this.house.addLock({ profile: "LATCH-ZCL-1", quirks: { pinUsers: 10, ...own } }),
    );
    await this.must("permit_join", { seconds: 254 });
    for (const lock of locks) assert.equal(this.house.join(lock), null);
    await this.until("the locks to be paired", async () => {
      const text = JSON.stringify((await this.must("list_locks"))["locks"]);
      return locks.every((lock) => text.includes(idOf(lock))) ? true : null;
    });
    await this.must("permit_join", { seconds: 0 });
    return locks;
  }

  /** Waits until the lock has done what was asked for a password. @returns its record */
  async done(uuid: string, id: number, operation: number): Promise<Record<string, unknown>> {
    return this.until(`password ${id} to be done`, async () => {
      const record = (await this.passwords(uuid)).find((one) => one["id"] === id);
      const isDone = record?.["operation"] === operation && record["operation_stage"] === 3;
      return record !== undefined && isDone ? record : null;
    });
  }

  async passwords(uuid: string): Promise<readonly Record<string, unknown>[]> {
    const { passwords } = await this.must("fetch_passwords", { uuid });
    assert.ok(Array.isArray(passwords));
    return passwords;
  }
}
