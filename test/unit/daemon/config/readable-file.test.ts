import assert from "node:assert/strict";
import {
  chmodSync,
  closeSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { ConfigFault, loadConfig } from "../../../../daemon/config/config.ts";
import { isAbsent } from "../../../../daemon/config/readable-file.ts";
import { memoryFolder } from "../../../support/memory-folder.ts";

const ordinaryUser = 65_534;
const isRoot = process.geteuid?.() === 0;

/** Runs something as a user who is not root; file modes do not bind root. */
function asOrdinaryUser<T>(run: () => T): T {
  if (!isRoot) return run();
  process.seteuid?.(ordinaryUser);
  try {
    return run();
  } finally {
    process.seteuid?.(0);
  }
}

describe("a configuration file that this user may not read", () => {
  let folder = "";
  const closed = () => join(folder, "closed");
  before(() => {
    folder = mkdtempSync(join(tmpdir(), "latchd-readable-"));
    chmodSync(folder, 0o755);
    mkdirSync(closed());
    writeFileSync(join(closed(), "latchd.yaml"), "stick: { path: auto }\n");
    writeFileSync(join(folder, "secret"), "");
    chmodSync(join(folder, "secret"), 0o000);
    chmodSync(closed(), 0o000);
  });
  after(() => {
    chmodSync(closed(), 0o700);
    rmSync(folder, { recursive: true });
  });

  function faults(file: string): readonly string[] {
    try {
      asOrdinaryUser(() => loadConfig({ file, env: {} }));
      return [];
    } catch (error) {
      assert.ok(error instanceof ConfigFault);
      return error.faults.map(({ key, problem }) => `${key}: ${problem}`);
    }
  }

  it("counts as present in a folder that this user may not look into", () => {
    const file = join(closed(), "latchd.yaml");
    assert.equal(
      asOrdinaryUser(() => isAbsent(file)),
      false,
    );
    assert.equal(isAbsent(join(folder, "none.yaml")), true);
    assert.equal(isAbsent(join(folder, "secret", "none.yaml")), true);
  });

  it("is named with what to do, and no key of it is reported as missing", () => {
    const file = join(closed(), "latchd.yaml");
    assert.deepEqual(faults(file), [
      `${file}: cannot be read by this user (EACCES); check it as the service does: sudo -u latchd latchd --check`,
    ]);
  });

  it("is distinguished from one that does not exist, and from one with another fault", () => {
    const none = join(folder, "none.yaml");
    assert.deepEqual(faults(none), [`${none}: does not exist`]);
    const loop = join(folder, "loop.yaml");
    symlinkSync(loop, loop);
    assert.deepEqual(faults(loop), [`${loop}: cannot be read (ELOOP)`]);
  });

  it("is named when a key of the configuration refers to it", () => {
    const secret = join(folder, "secret");
    const file = join(folder, "refers.yaml");
    const lines = ["stick: { path: auto }", `callbacks: { ca_file: ${secret} }`];
    writeFileSync(file, lines.join("\n"));
    assert.deepEqual(faults(file), [
      `callbacks.ca_file: must name a readable file; ${secret} cannot be read by this user (EACCES); ` +
        "check it as the service does: sudo -u latchd latchd --check",
    ]);
  });
});

describe("the folder in memory of the longer tests", () => {
  it("is the system's folder for temporary files if none can be made in memory", () => {
    // Nobody can make a folder in /proc, also not root.
    assert.equal(memoryFolder("/proc"), tmpdir());
    assert.equal(memoryFolder("/no/such/folder"), tmpdir());
  });

  it("can take a file", () => {
    const folder = mkdtempSync(join(memoryFolder(), "latchd-memory-"));
    closeSync(openSync(join(folder, "file"), "w"));
    rmSync(folder, { recursive: true });
  });
});
