import assert from "node:assert/strict";
import { chmod, mkdtemp, readFile, rm, stat, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { inspect } from "node:util";
import type { CodeSealer } from "../../../../../daemon/commands/ports.ts";
import { PinCode } from "../../../../../daemon/core/model/secret.ts";
import {
  createMasterKey,
  loadMasterKey,
  MasterKey,
} from "../../../../../daemon/store/secrets/master-key.ts";
import { CodeVault } from "../../../../../daemon/store/secrets/sealing.ts";

const front = "0x00124b0000000001";
const back = "0x00124b0000000002";
const code = new PinCode("0042042");
const vault: CodeSealer = new CodeVault(new MasterKey(Buffer.alloc(32, 1)));
const sealBroken = { name: "StoreFailure", kind: "sealBroken" };

describe("a code vault", () => {
  it("opens what it sealed, leading zeros included", () => {
    const sealed = vault.seal(front, code, "password/7/3");
    assert.equal(vault.open(sealed, "password/7/3").reveal(), "0042042");
  });

  it("refuses a box that was moved to another record or revision", () => {
    const sealed = vault.seal(front, code, "password/7/3");
    assert.throws(() => vault.open(sealed, "password/7/4"), sealBroken);
    assert.throws(() => vault.open(sealed, "password/8/3"), sealBroken);
  });

  it("refuses a box sealed with another master key", () => {
    const other = new CodeVault(new MasterKey(Buffer.alloc(32, 2)));
    assert.throws(() => other.open(vault.seal(front, code, "a"), "a"), sealBroken);
  });

  it("refuses a box in which any byte was changed or that was cut", () => {
    const sealed = vault.seal(front, code, "a");
    const bytes = Buffer.from(sealed.box, "base64url");
    for (let at = 0; at < bytes.length; at++) {
      const altered = Buffer.from(bytes);
      altered[at] = (altered[at] ?? 0) ^ 1;
      const box = altered.toString("base64url");
      assert.throws(() => vault.open({ ...sealed, box }, "a"), sealBroken);
    }
    assert.throws(() => vault.open({ ...sealed, box: sealed.box.slice(0, 20) }, "a"), sealBroken);
  });

  it("never makes the same box twice", () => {
    assert.notEqual(vault.seal(front, code, "a").box, vault.seal(front, code, "a").box);
  });

  it("marks equal codes of one lock alike, and of two locks differently", () => {
    assert.equal(vault.mark(front, code), vault.seal(front, code, "a").mark);
    assert.notEqual(vault.mark(front, code), vault.mark(back, code));
    assert.notEqual(vault.mark(front, code), vault.mark(front, new PinCode("0042043")));
  });

  it("makes the same marks after more locks than it keeps keys for", () => {
    const mark = vault.mark(front, code);
    for (let lock = 0; lock < 600; lock++) {
      vault.mark(`0x${lock.toString(16).padStart(16, "0")}`, code);
    }
    assert.equal(vault.mark(front, code), mark);
  });
});

describe("a master key file", () => {
  let folder = "";
  before(async () => {
    folder = await mkdtemp(join(tmpdir(), "latchd-key-"));
  });
  after(async () => {
    await rm(folder, { recursive: true });
  });

  it("is made with mode 0600 and read back as the same key", async () => {
    const path = join(folder, "made");
    const made = await createMasterKey(path);
    assert.equal((await stat(path)).mode & 0o777, 0o600);
    assert.equal((await loadMasterKey(path)).fingerprint, made.fingerprint);
  });

  it("is never replaced", async () => {
    const path = join(folder, "kept");
    await createMasterKey(path);
    const text = await readFile(path, "utf8");
    await assert.rejects(createMasterKey(path), { kind: "masterKey" });
    assert.equal(await readFile(path, "utf8"), text);
  });

  it("may be raw, hex or base64url", async () => {
    const bytes = Buffer.from(Array.from({ length: 32 }, (_, index) => index * 7));
    const { fingerprint } = new MasterKey(bytes);
    const forms = [bytes, `${bytes.toString("hex")}\n`, bytes.toString("base64url")];
    for (const [index, form] of forms.entries()) {
      const path = join(folder, `form-${index}`);
      await writeFile(path, form, { mode: 0o600 });
      assert.equal((await loadMasterKey(path)).fingerprint, fingerprint);
    }
  });

  it("is refused when group or others may read it", async () => {
    const path = join(folder, "open");
    await createMasterKey(path);
    for (const mode of [0o640, 0o604, 0o644]) {
      await chmod(path, mode);
      await assert.rejects(loadMasterKey(path), { kind: "masterKey", message: /must be 0600/ });
    }
  });

  it("may be readable for a group if it is a systemd credential, but never for others", async () => {
    const path = join(folder, "credential");
    await createMasterKey(path);
    await chmod(path, 0o440);
    await loadMasterKey(path, "credential");
    await chmod(path, 0o444);
    await assert.rejects(loadMasterKey(path, "credential"), { kind: "masterKey" });
  });

  it("is refused when missing, malformed or too long, without its text in the message", async () => {
    await assert.rejects(loadMasterKey(join(folder, "none")), { kind: "masterKey" });
    for (const text of ["", "hunter2hunter2", "hunter2".repeat(40)]) {
      const path = join(folder, "malformed");
      await writeFile(path, text, { mode: 0o600 });
      await assert.rejects(loadMasterKey(path), { kind: "masterKey", message: /^(?!.*hunter2)/ });
    }
  });

  it("never shows its bytes", () => {
    const key = new MasterKey(Buffer.alloc(32, 0x41));
    const shown = `${key} ${JSON.stringify({ key })} ${inspect(key, { showHidden: true })}`;
    assert.equal(shown.includes("4141"), false);
    assert.equal(shown.includes("AAAA"), false);
    assert.equal(shown.includes("QUFB"), false);
  });
});
