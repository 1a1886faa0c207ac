import assert from "node:assert/strict";
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Site } from "../../../daemon/assembly/site.ts";
import { systemTimers } from "../../../daemon/base/timers.ts";
import { CommandDispatcher } from "../../../daemon/commands/dispatch.ts";
import type { CloudCommand, CommandReply } from "../../../daemon/commands/execution.ts";
import { commands } from "../../../daemon/commands/table.ts";
import type { EventName } from "../../../daemon/core/model/journal.ts";
import { LockKeeper } from "../../../daemon/locks/lock-keeper.ts";
import type { LockPorts } from "../../../daemon/locks/lock-ports.ts";
import type { LevelStore } from "../../../daemon/store/level-store.ts";
import { MasterKey } from "../../../daemon/store/secrets/master-key.ts";
import { CodeVault } from "../../../daemon/store/secrets/sealing.ts";
import type { Store } from "../../../daemon/store/store.ts";
import { SimulatedHouse } from "../../../drivers/simulated/house.ts";
import type { ProfileName } from "../../../drivers/simulated/lock/profiles.ts";
import type { Quirks } from "../../../drivers/simulated/lock/quirks.ts";
import type { VirtualLock } from "../../../drivers/simulated/lock/virtual-lock.ts";
import type { ModelQuirks } from "../../../drivers/zigbee/quirks/quirk-model.ts";
import { ZigbeeDriver } from "../../../drivers/zigbee/zigbee-driver.ts";
import { TestDiagnostics } from "../diagnostics.ts";
import { idOf, LogRecord } from "../radio/zigbee-rig.ts";
import { eventsIn, type JournalEvent } from "./journal-events.ts";
import { liveCodes } from "./live-codes.ts";
import { untilFound } from "./polling.ts";
import { aTemporaryStore, type TemporaryStore } from "./temporary-store.ts";

/**
 * Commands, store, keeper and the real driver on a simulated stick with virtual locks: everything of
 * the daemon except its transports. The timeout of one operation is {@link KeeperRig.deadlineMs}.
 */
export class KeeperRig {
  static readonly deadlineMs = 1_500;
  static readonly masterKey = new MasterKey(Buffer.alloc(32, 9));
  readonly house = new SimulatedHouse({ isAutoJoining: false });
  readonly log = new LogRecord();
  readonly #directory = mkdtempSync(join(tmpdir(), "latchd-keeper-"));
  readonly #vault: CodeVault;
  readonly #quirks: readonly ModelQuirks[];
  readonly #temporary: TemporaryStore;
  #stickPath = "";
  #lettingIn: Promise<CommandReply> | null = null;
  #driver: ZigbeeDriver | null = null;
  #keeper: LockKeeper | null = null;
  #executor: CommandDispatcher | null = null;
  readonly #ports: Partial<LockPorts>;

  private constructor(
    temporary: TemporaryStore,
    quirks: readonly ModelQuirks[],
    ports: Partial<LockPorts>,
  ) {
    this.#temporary = temporary;
    // The store is another object after a restart.
    this.#vault = new CodeVault(KeeperRig.masterKey, {
      get: (table, key) => temporary.store.get(table, key),
      list: (table, prefix) => temporary.store.list(table, prefix),
    });
    this.#quirks = quirks;
    this.#ports = ports;
  }

  /** With the radio online. @param ports what the keeper gets in place of the usual */
  static async open(
    quirks: readonly ModelQuirks[] = [],
    ports: Partial<LockPorts> = {},
  ): Promise<KeeperRig> {
    const rig = new KeeperRig(await aTemporaryStore(), quirks, ports);
    rig.house.open();
    const { port } = await rig.house.stick.listenTcp({ host: "127.0.0.1", port: 0 });
    rig.#stickPath = `tcp://127.0.0.1:${port}`;
    await rig.start();
    await rig.online();
    return rig;
  }

  get store(): Store {
    return this.#temporary.store;
  }

  /** With what only the store's own upkeep does. */
  get levelStore(): LevelStore {
    return this.#temporary.store;
  }

  get storeDirectory(): string {
    return this.#temporary.directory;
  }

  /** Where the driver keeps its files, and room beside for others. */
  get directory(): string {
    return this.#directory;
  }

  get vault(): CodeVault {
    return this.#vault;
  }

  get keeper(): LockKeeper {
    assert.ok(this.#keeper !== null);
    return this.#keeper;
  }

  async start(): Promise<void> {
    const { store } = this;
    const driver = new ZigbeeDriver({
      stick: { path: this.#stickPath, baudRateBps: 115_200, rtscts: false },
      directory: join(this.#directory, "zigbee"),
      channel: 15,
      getTime: () => ({
        unixSeconds: Math.floor(Date.now() / 1000),
        isTrusted: true,
        zoneSeconds: 0,
        dst: null,
      }),
      logger: this.log,
      quirks: this.#quirks,
      timing: { retryMinMs: 50, retryMaxMs: 200 },
    });
    const reading =
      this.#ports.reading ?? (() => ({ nowMs: Date.now(), state: "synced" }) as const);
    const monotonicMs = () => performance.now();
    const keeper = new LockKeeper({
      store,
      driver,
      codes: this.#vault,
      timers: systemTimers,
      reading,
      monotonicMs,
      newId: randomUUID,
      randomDigits: (count) => randomUUID().replace(/\D/g, "").padEnd(count, "7").slice(0, count),
      log: this.log,
      deadlineMs: KeeperRig.deadlineMs,
      ...this.#ports,
    });
    const gateway = () => ({
      gatewayId: "gw-1",
      homeId: "",
      name: "rig",
      version: "0",
      isCloudConnected: false,
      cloudChangedAtMs: 0,
    });
    this.#executor = new CommandDispatcher({
      commands,
      store,
      sealer: this.#vault,
      site: new Site({ driver, keeper, diagnostics: new TestDiagnostics(), gateway }),
      reading,
      newId: randomUUID,
      wake: (lock) => keeper.waker.wake(lock),
      after: systemTimers.after,
      onFault: (command, cause) => this.log.error({ command, cause: String(cause) }, "fault"),
    });
    this.#driver = driver;
    this.#keeper = keeper;
    await keeper.start();
  }

  online(): Promise<true> {
    return this.until("the radio to be online", () =>
      this.#driver?.radioState().kind === "online" ? true : null,
    );
  }

  async stop(): Promise<void> {
    await this.#keeper?.stop();
  }

  /** Ends the process and starts another one; everything that is not on disk is lost. */
  async restart(): Promise<void> {
    await this.stop();
    await this.#temporary.reopen();
    await this.start();
    await this.online();
  }

  async close(): Promise<void> {
    await this.call("permit_join", { seconds: 0 });
    await this.stop();
    await this.house.close();
    await this.#temporary.remove();
    rmSync(this.#directory, { recursive: true, force: true });
  }

  /** A lock that is paired and has its administrator code. */
  async lock(quirks: Partial<Quirks> = {}, profile: ProfileName = "LATCH-ZCL-1") {
    const lock = this.house.addLock({ profile, quirks: { pinUsers: 10, ...quirks } });
    await this.pair(lock);
    await this.must(lock, "add_password", { is_default: 1, password: "999111" });
    await this.untilStored(lock, "999111");
    return lock;
  }

  async pair(lock: VirtualLock): Promise<void> {
    const from = this.store.journalRange().head;
    const id = idOf(lock);
    const isKnown = this.store.get("lock", [id]) !== undefined;
    // A lock that is paired again joins by its address: a person confirms that it is the same lock.
    if (isKnown) await this.must(lock, "permit_join", { seconds: 254 });
    else await this.#letIn();
    assert.equal(this.house.join(lock), null);
    await this.event(lock, "lockPaired", (event) => event.seq > from);
    if (isKnown) await this.call("permit_join", { seconds: 0 });
  }

  /** Opens the network once for all waiting locks, even if the stick is still open from an earlier call. */
  async #letIn(): Promise<void> {
    this.#lettingIn ??= this.call("permit_join", { seconds: 254 }).finally(() => {
      this.#lettingIn = null;
    });
    assert.equal((await this.#lettingIn).ErrNo, 0);
  }

  /** @param transport `socket` is latchctl's own way in */
  call(
    command: string,
    params: object,
    transport: "rest" | "socket" = "rest",
  ): Promise<CommandReply> {
    const caller = { transport, name: "t", scope: "manager", origin: "local" } as const;
    return this.executor.execute({ command, params, caller });
  }

  get executor(): CommandDispatcher {
    assert.ok(this.#executor !== null);
    return this.#executor;
  }

  /** The cloud's command, whose reply is a record of the journal. @returns its id */
  async cloud(command: string, params: object, times: Pick<CloudCommand, "iat" | "exp"> = {}) {
    const id = randomUUID();
    await this.executor.executeFromCloud({ id, command, params, ...times });
    return id;
  }

  async must(lock: VirtualLock, command: string, params: object = {}): Promise<CommandReply> {
    const reply = await this.call(command, { uuid: idOf(lock), ...params });
    assert.equal(reply.ErrNo, 0, `${command}: ${reply.ErrMsg}`);
    return reply;
  }

  /** Codes that open the door now, sorted, the administrator's left out. */
  live(lock: VirtualLock): string[] {
    const codes = liveCodes(lock);
    return codes.filter((code) => code !== "999111").sort();
  }

  untilStored(lock: VirtualLock, code: string): Promise<true> {
    return this.until(`${code} in the lock`, () => {
      return liveCodes(lock).includes(code) ? true : null;
    });
  }

  /** Waits until exactly these codes open the door. */
  untilLive(lock: VirtualLock, ...codes: string[]): Promise<true> {
    const wanted = codes.sort().join();
    return this.until(
      () => `codes ${wanted || "none"} in the lock; there are ${this.live(lock).join()}`,
      () => (this.live(lock).join() === wanted ? true : null),
    );
  }

  /** Waits for the first event of the lock that fits; it may have come before. */
  event(
    lock: VirtualLock | null,
    name: EventName,
    isIt: (event: JournalEvent) => boolean = () => true,
  ): Promise<JournalEvent> {
    const id = lock === null ? null : idOf(lock);
    return this.until(`the event ${name} of ${id}`, async () => {
      const events = await this.events(lock);
      return events.find((event) => event.event === name && isIt(event)) ?? null;
    });
  }

  async events(lock: VirtualLock | null): Promise<JournalEvent[]> {
    return await eventsIn(this.store, this.#vault, lock === null ? null : idOf(lock));
  }

  /** The lock's second answer to a command: stage 3 done, 2 failed. */
  operation(lock: VirtualLock, id: number, [operation, stage]: readonly [number, number]) {
    return this.event(
      lock,
      "pwdOperation",
      ({ detail }) =>
        detail?.["password_id"] === id &&
        detail["operation"] === operation &&
        detail["operation_stage"] === stage,
    );
  }

  /** Calls `find` until it returns something. */
  async until<T>(what: string | (() => string), find: () => T | null | Promise<T | null>) {
    return await untilFound(what, find, () => this.log.lines.slice(-40).join("\n"));
  }
}
