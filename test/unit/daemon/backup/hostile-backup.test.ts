import assert from "node:assert/strict";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, beforeEach, describe, it } from "node:test";
import { restoreGateway } from "../../../../daemon/backup/restore/restore-gateway.ts";
import { seal } from "../../../../daemon/backup/sealed-file.ts";
import { migrations, newestSchema } from "../../../../daemon/store/opening/migrations.ts";
import { aLock, aLockId, aPassword } from "../../../support/records.ts";

const passphrase = "correct horse battery";
const record = { table: "setting", key: ["a"], value: { value: 1 } };
const network = Buffer.from("{}").toString("base64");

let folder = "";
before(() => {
  folder = mkdtempSync(join(tmpdir(), "latchd-hostile-"));
});
beforeEach(() => {
  rmSync(folder, { recursive: true });
  mkdirSync(folder, { mode: 0o700 });
});
after(() => rmSync(folder, { recursive: true, force: true }));

const file = () => join(folder, "given.backup");
const dataDir = () => join(folder, "machine", "data");

/** A backup that would be restored, but for what is changed. */
function contentsWith(changes: object): object {
  return {
    version: 1,
    schema: newestSchema(migrations),
    createdAtMs: 1_000,
    gatewayId: "gw-1",
    masterKey: Buffer.alloc(32, 7).toString("base64url"),
    zigbee: { "network.json": network },
    records: [record],
    ...changes,
  };
}

async function sealedText(text: string): Promise<Buffer> {
  return seal(Buffer.from(text), { kind: "passphrase", passphrase });
}

function restore(): Promise<unknown> {
  const keyFile = join(dataDir(), "keys", "master.key");
  return restoreGateway({ file: file(), passphrase, dataDir: dataDir(), keyFile });
}

/** Every path in the folder with its content, except the backup itself. */
function tree(): readonly string[] {
  return readdirSync(folder, { recursive: true, encoding: "utf8" })
    .filter((name) => name !== "given.backup")
    .map((name) => {
      const path = join(folder, name);
      return existsSync(path) && statSync(path).isFile() ? `${name}=${readFileSync(path)}` : name;
    })
    .sort();
}

/** Nothing may be written, neither in the data folder nor beside it. */
async function refused(reason: RegExp): Promise<void> {
  const before = tree();
  await assert.rejects(restore(), (error) => {
    assert.ok(error instanceof Error);
    assert.equal(error.name, "BackupFault");
    assert.match(error.message, reason);
    return true;
  });
  assert.deepEqual(tree(), before);
}

const hostile: readonly (readonly [what: string, changes: object, reason: RegExp])[] = [
  ["a file ../../x", { zigbee: { "../../x": network } }, /malformed/],
  ["a file with an absolute path", { zigbee: { "/tmp/latchd-x": network } }, /malformed/],
  ["a file named ..", { zigbee: { "..": network } }, /malformed/],
  ["a file of an unknown name", { zigbee: { authorized_keys: network } }, /malformed/],
  [
    "a file beside the known ones",
    { zigbee: { "network.json": network, x: network } },
    /malformed/,
  ],
  ["a file that is no base64", { zigbee: { "network.json": "{}" } }, /network\.json is not base64/],
  [
    "a file of 9 MiB",
    { zigbee: { "database.db": Buffer.alloc(9 * 1024 * 1024).toString("base64") } },
    /malformed/,
  ],
  ["a short master key", { masterKey: "AAAA" }, /its key is none/],
  [
    "a master key with a path",
    { masterKey: "../../../../../../../../../../../../etc/x" },
    /its key is none/,
  ],
  ["no master key", { masterKey: undefined }, /holds no key/],
  ["a record twice", { records: [record, record] }, /record 1 is in it twice/],
  [
    "a record of no table",
    { records: [{ ...record, table: "x" }] },
    /record 0 has a table that latchd does not know/,
  ],
  ["a record with a short key", { records: [{ ...record, key: [] }] }, /malformed key/],
  ["a record with a negative key", { records: [{ ...record, key: [-1] }] }, /malformed key/],
  ["a record without a value", { records: [{ ...record, value: null }] }, /has no value/],
  [
    "a record of 1 MiB",
    { records: [{ ...record, value: { value: "x".repeat(1024 * 1024) } }] },
    /too large/,
  ],
  [
    "a password in another lock's place",
    { records: [{ table: "password", key: ["0x00124b00000000ff", 1], value: aPassword() }] },
    /another lock/,
  ],
  ["a newer schema", { schema: 999 }, /schema 999/],
];

describe("a hostile backup", () => {
  for (const [what, changes, reason] of hostile) {
    it(`is refused with ${what}, and nothing is written`, async () => {
      writeFileSync(file(), await sealedText(JSON.stringify(contentsWith(changes))));
      await refused(reason);
    });
  }

  it("is refused if it is not JSON, cut short, too large or no file, and nothing is written", async () => {
    writeFileSync(file(), await sealedText("not JSON"));
    await refused(/not JSON/);
    const whole = await sealedText(JSON.stringify(contentsWith({})));
    writeFileSync(file(), whole.subarray(0, whole.length - 1));
    await refused(/damaged/);
    writeFileSync(file(), whole.subarray(0, 20));
    await refused(/ends early/);
    truncateSync(file(), 1024 * 1024 * 1024);
    await refused(/no backup has more than/);
    rmSync(file());
    mkdirSync(file());
    await refused(/is no file/);
  });

  it("does not write through a symbolic link at a path that it restores", async () => {
    writeFileSync(file(), await sealedText(JSON.stringify(contentsWith({}))));
    mkdirSync(join(folder, "elsewhere"));
    for (const name of ["zigbee", "store"]) {
      mkdirSync(dataDir(), { recursive: true, mode: 0o700 });
      symlinkSync(join(folder, "elsewhere"), join(dataDir(), name));
      await refused(/is a symbolic link/);
      rmSync(dataDir(), { recursive: true });
    }
    mkdirSync(join(dataDir(), "keys"), { recursive: true, mode: 0o700 });
    symlinkSync(join(folder, "elsewhere", "key"), join(dataDir(), "keys", "master.key"));
    await refused(/is a symbolic link/);
  });

  it("is not restored into a folder that others can write to", async () => {
    writeFileSync(file(), await sealedText(JSON.stringify(contentsWith({}))));
    mkdirSync(dataDir(), { recursive: true });
    chmodSync(dataDir(), 0o777);
    await refused(/mode 0777: others can write there/);
  });

  it("is not restored into another user's folder", async (test) => {
    if (process.geteuid?.() !== 0) return test.diagnostic("only root can give a folder away");
    writeFileSync(file(), await sealedText(JSON.stringify(contentsWith({}))));
    mkdirSync(dataDir(), { recursive: true, mode: 0o700 });
    chownSync(dataDir(), 65_534, 65_534);
    return await refused(/belongs to user 65534/);
  });

  it("does not overwrite a key or a network that is there", async () => {
    writeFileSync(file(), await sealedText(JSON.stringify(contentsWith({}))));
    mkdirSync(join(dataDir(), "zigbee"), { recursive: true, mode: 0o700 });
    writeFileSync(join(dataDir(), "zigbee", "network.json"), "own");
    await refused(/files of a Zigbee network/);
    rmSync(join(dataDir(), "zigbee"), { recursive: true });
    mkdirSync(join(dataDir(), "keys"), { mode: 0o700 });
    writeFileSync(join(dataDir(), "keys", "master.key"), "another", { mode: 0o600 });
    await refused(/another gateway's key/);
  });
});

describe("a valid backup", () => {
  it("is restored with files that only their owner can read", async () => {
    const records = [
      record,
      { table: "lock", key: [aLockId], value: aLock() },
      { table: "password", key: [aLockId, 1], value: aPassword() },
    ];
    writeFileSync(file(), await sealedText(JSON.stringify(contentsWith({ records }))));
    await restore();
    for (const name of readdirSync(dataDir(), { recursive: true, encoding: "utf8" })) {
      const { mode } = statSync(join(dataDir(), name));
      // LevelDB makes its own files, inside a folder that is closed to others.
      if (!name.startsWith(join("store", "level"))) assert.equal(mode & 0o077, 0, name);
    }
    assert.equal(statSync(join(dataDir(), "store", "level")).mode & 0o077, 0);
  });
});
