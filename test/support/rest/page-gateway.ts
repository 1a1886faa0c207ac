import assert from "node:assert/strict";
import { createHash, scryptSync } from "node:crypto";
import { commands } from "../../../daemon/commands/table.ts";
import { timestampOf } from "../../../daemon/core/model/clock.ts";
import {
  accountKey,
  type PassRecord,
  type Scope,
} from "../../../daemon/core/model/gateway/account.ts";
import {
  setUpCodeRecord,
  setUpCodeSetting,
} from "../../../daemon/core/model/gateway/set-up-code.ts";
import { type Change, put } from "../../../daemon/store/store.ts";
import { aTemporaryStore, type TemporaryStore } from "../rigs/temporary-store.ts";
import { PageClient } from "./page-client.ts";
import { type RunningApi, runApi } from "./running-api.ts";

/** The passphrase of everybody in these tests. */
export const passphrase = "four words and a half";
/** Of the lowest cost, so that a test may check it often. */
const passphraseHash = `scrypt$1024$c2FsdA$${scryptSync(passphrase, Buffer.from("c2FsdA", "base64url"), 32, { N: 1024 }).toString("base64url")}`;

/** The API with the whole table of commands, and the people who sign in on its page. */
export class PageGateway {
  readonly temp: TemporaryStore;
  #running: RunningApi;

  private constructor(temp: TemporaryStore, running: RunningApi) {
    this.temp = temp;
    this.#running = running;
  }

  static async open(options: Parameters<typeof runApi>[1] = {}): Promise<PageGateway> {
    const temp = await aTemporaryStore();
    return new PageGateway(temp, await runApi(temp.store, { commands, ...options }));
  }

  get running(): RunningApi {
    return this.#running;
  }

  get clock(): { nowMs: number } {
    return this.running.clock;
  }

  get store(): TemporaryStore["store"] {
    return this.temp.store;
  }

  /** Ends the API and starts it again over the same store. */
  async restart(): Promise<void> {
    const startMs = this.clock.nowMs;
    await this.#running.api.close();
    this.#running = await runApi(this.store, { commands, startMs });
  }

  /** A browser without a session. @param from its address, of 127.0.0.0/8 */
  browser(from = "127.0.0.1"): PageClient {
    return new PageClient(this.running.tcp.port, from);
  }

  async write(changes: readonly Change[]): Promise<void> {
    const stamp = timestampOf({ nowMs: this.clock.nowMs, state: "synced" });
    await this.store.commit({ changes, journal: [] }, stamp);
  }

  async addAccount(name: string, scope: Scope = "manager"): Promise<void> {
    const record = { name, scope, homes: null, passphraseHash, createdAtMs: this.clock.nowMs };
    await this.write([put("account", [accountKey(name)], record)]);
  }

  /** Puts a pass of an hour into the store. @returns its secret */
  async addPass(passId: string, changed: Partial<PassRecord> = {}): Promise<string> {
    const secret = `the-secret-of-${passId}`;
    const pass: PassRecord = {
      passId,
      name: "Ivo",
      secretHash: sha256(secret),
      homes: null,
      createdBy: "Ann",
      createdAtMs: this.clock.nowMs,
      expiresAtMs: this.clock.nowMs + 3_600_000,
      usedAtMs: null,
      ...changed,
    };
    await this.write([put("pass", [passId], pass)]);
    return secret;
  }

  /** Puts a code for the first account into the store. @returns the code */
  async addSetUpCode(expiresAtMs: number): Promise<string> {
    const code = "the-code-of-the-first-account";
    await this.write([
      put("setting", [setUpCodeSetting], setUpCodeRecord(sha256(code), expiresAtMs)),
    ]);
    return code;
  }

  /** A browser in which this person has signed in; an unknown name gets its account first. */
  async signedIn(name: string, scope: Scope = "manager"): Promise<PageClient> {
    if (this.store.get("account", [accountKey(name)]) === undefined) {
      await this.addAccount(name, scope);
    }
    const client = this.browser();
    const { body } = await client.post("/api/session", { name, passphrase });
    assert.equal(body.ErrNo, 0, body.ErrMsg);
    return client;
  }

  async close(): Promise<void> {
    await this.running.api.close();
    await this.temp.remove();
  }
}

/** Returns what the gateway says of a browser: `signedIn`, `signedOut` or `setup`. */
export async function stateOf(client: PageClient): Promise<unknown> {
  return (await client.get("/api/session")).body["state"];
}

function sha256(text: string): string {
  return createHash("sha256").update(text).digest("base64url");
}
