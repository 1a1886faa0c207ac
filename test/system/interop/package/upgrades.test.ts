import assert from "node:assert/strict";
import { existsSync, mkdtempSync, readdirSync, readFileSync, readlinkSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { SimulatedHouse } from "../../../../drivers/simulated/house.ts";
import { newerSchema, PackageRoot, thisSchema } from "../../../support/rigs/package-root.ts";

const dist = fileURLToPath(new URL("../../../..", import.meta.url));

/** Each step begins where the one before it ended, as on a gateway. */
describe("an upgrade of the Debian package", { timeout: 600_000 }, () => {
  const house = new SimulatedHouse();
  let folder = "";
  let room: PackageRoot;
  const path = (name: string) => join(room.root, name);
  const runs = () => readlinkSync(path("usr/bin/latchd")).split("/")[2];
  const override = "etc/systemd/system/latchd.service";
  const clients = () => room.run("latchctl", "--json", "client", "list");
  const findings = () => room.run("latchctl", "--json", "doctor");
  const journal = () => room.run("latchctl", "--json", "journal");

  before(async () => {
    folder = mkdtempSync(join(tmpdir(), "latchd-up-"));
    house.open();
    const { port } = await house.stick.listenTcp({ host: "127.0.0.1", port: 0 });
    room = new PackageRoot(folder, { stick: { path: `tcp://127.0.0.1:${port}` } });
    room.build(dist);
  });
  after(async () => {
    room.close();
    await house.close();
    rmSync(folder, { recursive: true, force: true });
  });

  it("begins with a version that runs", async () => {
    const { status, text } = room.install(room.pack({ version: "0.1.0" }));
    assert.equal(status, 0, text);
    await room.ready();
    room.run("latchctl", "client", "add", "steward", "front-desk");
    assert.equal(runs(), "latchd");
  });

  it("keeps the version before it, and says that the new one works", () => {
    const { status, text } = room.install(room.pack({ version: "0.2.0" }));
    assert.equal(status, 0, text);
    assert.match(text, /latchd: version 0\.2\.0 works/);
    assert.equal(room.state(), "installed 0.2.0");
    assert.equal(runs(), "latchd");
    assert.equal(existsSync(path(override)), false);
    assert.equal(readFileSync(path("usr/lib/latchd-previous/version"), "utf8"), "0.1.0\n");
    assert.match(clients(), /front-desk/);
  });

  it("goes back with its records when the new one, of a newer schema, does not become ready", async () => {
    const change = { version: "0.3.0", hasNewerSchema: true, isBroken: true };
    const { status, text } = room.install(room.pack(change));
    assert.equal(status, 0, text);
    assert.match(text, /version 0\.3\.0 does not work: .* Version 0\.2\.0 runs/);
    assert.equal(room.state(), "installed 0.3.0");
    assert.equal(runs(), "latchd-previous");
    await room.ready();
    assert.match(clients(), /front-desk/);
    assert.match(findings(), /"code":"upgradeRolledBack"/);
    assert.doesNotMatch(findings(), /storeRestored/);
    assert.equal(journal().match(/"event":"upgradeRolledBack"/g)?.length, 1);
    assert.equal(readFileSync(path("var/lib/latchd-upgrade/schema"), "utf8"), `${thisSchema}\n`);
  });

  it("ends the roll-back with the next version that works", () => {
    const { status, text } = room.install(room.pack({ version: "0.3.1", hasNewerSchema: true }));
    assert.equal(status, 0, text);
    assert.match(text, /version 0\.3\.1 works/);
    assert.equal(runs(), "latchd");
    assert.equal(existsSync(path(override)), false);
    assert.match(clients(), /front-desk/);
    assert.doesNotMatch(findings(), /upgradeRolledBack/);
    assert.equal(readFileSync(path("var/lib/latchd-upgrade/schema"), "utf8"), `${newerSchema}\n`);
  });

  it("refuses a version that cannot read the records, before anything is touched", () => {
    const before = readdirSync(path("var/lib"), { recursive: true }).length;
    const { status, text } = room.install(room.pack({ version: "0.2.1" }));
    assert.notEqual(status, 0);
    assert.match(text, /version 0\.2\.1 cannot read this gateway's records/);
    assert.equal(room.state(), "installed 0.3.1");
    assert.ok(readdirSync(path("var/lib"), { recursive: true }).length >= before);
    assert.equal(existsSync(path(override)), false);
    assert.match(clients(), /front-desk/);
    assert.equal(room.upgrade("back").status, 65, "nor does the kept version read them");
  });

  it("goes back when the daemon ends a moment after it was ready", async () => {
    const change = { version: "0.4.0", hasNewerSchema: true, isShortLived: true };
    const { status, text } = room.install(room.pack(change));
    assert.equal(status, 0, text);
    assert.match(text, /did not stay up|did not become ready/);
    assert.equal(runs(), "latchd-previous");
    await room.ready();
    assert.match(clients(), /front-desk/);
  });

  it("leaves nothing behind after a purge", () => {
    room.close();
    const { status, text } = room.purge();
    assert.equal(status, 0, text);
    const left = readdirSync(room.root, { recursive: true, encoding: "utf8" });
    const ours = left.filter(
      (name) => /latch/.test(name) && !/^var\/(?:log|lib\/dpkg)\//.test(name),
    );
    assert.deepEqual(ours, []);
  });
});
