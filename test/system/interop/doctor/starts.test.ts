import assert from "node:assert/strict";
import { once } from "node:events";
import {
  copyFileSync,
  readdirSync,
  readFileSync,
  rmSync,
  utimesSync,
  writeFileSync,
} from "node:fs";
import { createServer } from "node:net";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { backupMadeSetting } from "../../../../daemon/core/model/gateway/storage.ts";
import { put } from "../../../../daemon/store/store.ts";
import type { VirtualLock } from "../../../../drivers/simulated/lock/virtual-lock.ts";
import { editStore } from "../../../support/examples/store-edit.ts";
import { DoctorHouse } from "../../../support/radio/doctor-house.ts";
import { issuedFor } from "../../../support/rest/test-certificate.ts";

const hourMs = 3_600_000;
const dayMs = 24 * hourMs;

/** What was done while the daemon was down, how it starts, and the lines that the doctor has for it. */
interface Start {
  readonly state: string;
  prepare?(): Promise<unknown> | unknown;
  config?(): object;
  /** `state what`, with the lock's name in place of its address; dates and paths are left out. */
  readonly lines: readonly string[];
  readonly clockAheadMs?: number;
  /** The start of the machine; absent = the same one. */
  readonly boot?: { readonly id: string; readonly uptimeMs: number };
  /** Parts of the health that are not ok, whose fault it is. */
  readonly unhealthy: readonly string[];
  end?(): Promise<unknown> | unknown;
}

/** Each state is brought about at the real daemon, on its real store, while it is down. */
describe("latchctl doctor after a start", { timeout: 600_000 }, () => {
  let rig: DoctorHouse;
  let lock: VirtualLock;
  let baseline: readonly string[] = [];
  const squatter = createServer((connection) => connection.destroy());
  let port = 0;

  const store = () => join(rig.data, "store");
  const copy = () => join(rig.data, "store.copy");
  const kept = () => join(rig.folder, "kept.copy");

  before(async () => {
    squatter.listen(0, "127.0.0.1");
    await once(squatter, "listening");
    const address = squatter.address();
    port = typeof address === "object" && address !== null ? address.port : 0;
    rig = await DoctorHouse.start();
    lock = await rig.pair({ profile: "LATCH-ZCL-1" });
    const uuid = `0x${lock.ieee}`;
    await rig.must("rename_lock", { uuid, name: "front" });
    await rig.must("add_password", { uuid, is_default: 1, password: "135790" });
    await rig.until("the code", async () => lock.users().length > 0);
    await rig.until("a copy with the code", async () =>
      rig.logLines.some((line) => line.includes("a sealed copy of the store was made")),
    );
    baseline = await lines();
  });
  after(async () => {
    squatter.close();
    await rig.close();
  });

  async function lines(): Promise<readonly string[]> {
    const found = await rig.faults();
    for (const { advice, code } of found) assert.notEqual(advice, "", `${code} has no advice`);
    return found.map(({ state, what }) =>
      `${state} ${what}`
        .replaceAll(/ \(0x[0-9a-f]{16}\)/g, "")
        .replaceAll(/ of \d{4}-\d\d-\d\d \d\d:\d\d UTC/g, " of DATE")
        .replaceAll(/\d{4}-\d\d-\d\d/g, "DATE")
        .replaceAll(/\/\S+/g, "PATH")
        .replaceAll(/: .*EADDRINUSE.*/g, ": EADDRINUSE")
        .replaceAll(/-?\d{5,} s/g, "N s"),
    );
  }

  async function untilLines(what: string, wanted: readonly string[]): Promise<void> {
    let last: readonly string[] = [];
    try {
      await rig.until(what, async () => {
        last = (await lines()).filter((line) => !baseline.includes(line));
        return JSON.stringify(last) === JSON.stringify(wanted);
      });
    } catch (cause) {
      assert.deepEqual(last, wanted, what);
      throw cause;
    }
  }

  /** Makes a certificate that ends at this time, where {@link withTls} looks for it. */
  async function certificate(untilMs: number): Promise<void> {
    const { server } = await issuedFor(["localhost"], untilMs);
    writeFileSync(join(rig.folder, "cert.pem"), server.cert);
    writeFileSync(join(rig.folder, "key.pem"), server.key, { mode: 0o600 });
  }

  const withTls = () => ({
    api: {
      socket: rig.socketPath,
      port: 0,
      tls: "files",
      cert_file: join(rig.folder, "cert.pem"),
      key_file: join(rig.folder, "key.pem"),
    },
  });

  const starts: readonly Start[] = [
    {
      state: "a stick that is not there",
      config: () => ({ stick: { path: join(rig.folder, "no-stick") } }),
      lines: ["bad stick PATH There is no Zigbee stick at PATH no lock can be reached"],
      unhealthy: ["stick", "network"],
    },
    {
      state: "a port that another program uses",
      config: () => ({ api: { socket: rig.socketPath, port } }),
      lines: ["warn the API cannot be served: EADDRINUSE"],
      unhealthy: ["api"],
    },
    {
      state: "a certificate that ends in three days",
      prepare: () => certificate(Date.now() + 3 * dayMs),
      config: withTls,
      lines: ["warn the certificate of the API ends on DATE"],
      unhealthy: ["api"],
    },
    {
      state: "a certificate that has ended",
      prepare: () => certificate(Date.now() - dayMs),
      config: withTls,
      lines: ["bad the certificate of the API ended on DATE: callers refuse it"],
      unhealthy: ["api"],
    },
    {
      state: "a machine whose clock is a year ahead",
      clockAheadMs: 365 * dayMs,
      lines: ["warn the system's clock is N s away from the gateway's time"],
      unhealthy: [],
    },
    {
      state: "a copy of the store that is three days old",
      prepare: () => {
        const old = new Date(Date.now() - 3 * dayMs);
        utimesSync(copy(), old, old);
      },
      lines: ["warn the gateway's copy of its store is 72 h old"],
      unhealthy: ["store"],
      end: () => utimesSync(copy(), new Date(), new Date()),
    },
    {
      state: "a copy of the store that is gone, an hour after the pairing",
      prepare: async () => {
        copyFileSync(copy(), kept());
        rmSync(copy());
        await pairedBefore(2 * hourMs);
      },
      lines: ["warn the gateway has no copy of its store"],
      unhealthy: [],
      end: () => copyFileSync(kept(), copy()),
    },
    {
      state: "locks of which no backup was made for a week",
      prepare: () => pairedBefore(8 * dayMs),
      lines: ["warn no backup was ever made"],
      unhealthy: [],
    },
    {
      state: "a backup that is a hundred days old",
      prepare: async () => {
        await rig.startDaemon();
        await rig.must("make_backup", { passphrase: "five words for one test" });
        await rig.stopDaemon();
        await editStore(rig.data, () => [
          put("setting", backupMadeSetting, { value: Date.now() - 100 * dayMs }),
        ]);
      },
      lines: ["warn the last backup is 100 days old"],
      unhealthy: [],
      end: () => rig.must("make_backup", { passphrase: "five words for one test" }),
    },
    {
      state: "a machine that kept no time while it was off",
      clockAheadMs: -Date.now(),
      boot: { id: "another-start", uptimeMs: 5_000 },
      lines: ["bad the time is not known; nothing new is granted"],
      unhealthy: ["clock"],
    },
    {
      state: "a store of which a list of files is damaged",
      prepare: () => {
        const current = join(store(), "level", "CURRENT");
        const text = readFileSync(current);
        writeFileSync(current, Buffer.concat([text, text]));
      },
      lines: ["warn the store was damaged on DATE; what is left of it is in PATH"],
      unhealthy: ["store"],
      end: removeAside,
    },
    {
      state: "a store that is gone, with a copy",
      prepare: () => {
        copyFileSync(copy(), kept());
        rmSync(store(), { recursive: true });
      },
      lines: ["bad the store comes from a copy of DATE: 1 locks get no codes: front"],
      unhealthy: ["store"],
      end: () => rig.must("release_grants", { uuid: `0x${lock.ieee}` }),
    },
    {
      state: "a store that is gone, without a copy",
      prepare: () => {
        rmSync(copy());
        rmSync(join(store(), "level"), { recursive: true });
      },
      lines: [
        "bad the store was lost and there was no copy: the gateway has begun without its locks",
        "warn lock LATCH-ZCL-1 is on the network and has no records here",
      ],
      unhealthy: ["store"],
    },
  ];

  /** The locks were paired so long ago. */
  async function pairedBefore(ms: number): Promise<void> {
    await editStore(rig.data, (view) =>
      Array.from(view.list("lock"), (record) =>
        put("lock", [record.lock], { ...record, pairedAtMs: Date.now() - ms }),
      ),
    );
  }

  function removeAside(): void {
    for (const name of readdirSync(store()).filter((file) => file.startsWith("damaged-"))) {
      rmSync(join(store(), name), { recursive: true });
    }
  }

  for (const { state, prepare, config, lines: wanted, unhealthy, end, ...start } of starts) {
    const { clockAheadMs = 0, boot } = start;
    it(`has one line for ${state}`, async () => {
      await rig.stopDaemon();
      await prepare?.();
      await rig.startDaemon(config?.() ?? {}, {
        machine: { clockAheadMs, ...(boot === undefined ? {} : { boot }) },
      });
      await untilLines(`the lines of ${state}`, wanted);
      assert.deepEqual(await rig.unhealthyParts(), unhealthy);
      await end?.();
    });
  }
});
