import assert from "node:assert/strict";
import { cp, mkdtemp, readFile, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { CompactSign, importJWK } from "jose";
import { makeKeys } from "../../../../../daemon/cli/tools/make-keys.ts";
import { openProtection } from "../../../../../sync/keys/protection.ts";

describe("latchctl keys make", () => {
  it("makes keys with which both sides understand each other, and replaces none", async () => {
    const parent = await mkdtemp(join(tmpdir(), "latchd-keys-"));
    const folder = join(parent, "keys");
    try {
      await makeKeys(folder, 1_700_000_000_000);
      const ownFile = join(parent, "own.json");
      await cp(join(folder, "gateway-keys.json"), ownFile);
      const { ring } = await openProtection({
        ownFile,
        cloudFile: join(folder, "cloud-keys.json"),
        commands: "sealed",
        codes: "sealed",
        nowMs: () => 0,
      });
      const json = async (name: string) => JSON.parse(await readFile(join(folder, name), "utf8"));
      const { kid } = await json("gateway-public-key.json");
      assert.equal(ring.currentKid, kid);
      const [signing] = (await json("cloud-private-keys.json")).keys;
      assert.ok(ring.signingKey(signing.kid) !== undefined);
      const text = await new CompactSign(Buffer.from("{}"))
        .setProtectedHeader({ alg: "EdDSA", kid: signing.kid })
        .sign(await importJWK(signing, "EdDSA"));
      assert.equal(text.split(".").length, 3);
      assert.match(await readFile(join(folder, "digest.key"), "utf8"), /^[0-9a-f]{64}\n$/);
      for (const secret of ["cloud-private-keys.json", "gateway-keys.json", "digest.key"]) {
        assert.equal((await stat(join(folder, secret))).mode & 0o777, 0o600, secret);
      }
      assert.ok((await json("cloud-keys.json")).keys.every((key: object) => !("d" in key)));
      await assert.rejects(makeKeys(folder, 0), /folder: .*is there already/);
    } finally {
      await rm(parent, { recursive: true });
    }
  });
});
