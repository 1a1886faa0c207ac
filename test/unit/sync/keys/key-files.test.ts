import assert from "node:assert/strict";
import { chmod, readFile, writeFile } from "node:fs/promises";
import { after, before, describe, it } from "node:test";
import type { JWK } from "jose";
import { openProtection, type ProtectionOptions } from "../../../../sync/keys/protection.ts";
import { CloudKeys } from "../../../support/cloud/cloud-keys.ts";

describe("the gateway with protection", () => {
  let keys: CloudKeys;
  before(async () => {
    keys = await CloudKeys.make();
  });
  after(() => keys.remove());

  it("refuses a key file that is malformed or that others can read", async () => {
    const options: ProtectionOptions = {
      ownFile: keys.gatewayFile,
      cloudFile: keys.file,
      commands: "signed",
      codes: "sealed",
      nowMs: () => 0,
    };
    await openProtection(options);
    await chmod(keys.gatewayFile, 0o640);
    await assert.rejects(openProtection(options), /mode 0600/);
    await chmod(keys.gatewayFile, 0o600);
    const { keys: good }: { keys: JWK[] } = JSON.parse(await readFile(keys.file, "utf8"));
    const [signing = {}, opening = {}] = good;
    const bad: [unknown, RegExp][] = [
      ["no JSON", /set of/],
      [{ keys: [] }, /set of/],
      [{ keys: [signing, signing] }, /two keys are called/],
      [{ keys: [{ ...opening, d: "x" }] }, /private key/],
      [{ keys: [{ kty: "oct", kid: "a", use: "sig" }] }, /neither Ed25519/],
      [{ keys: [{ ...signing, kid: undefined }] }, /no kid/],
      [{ keys: [{ ...signing, x: "" }] }, /malformed/],
      [{ keys: [opening] }, /no Ed25519 key/],
      [{ keys: [signing] }, /no P-256 key/],
    ];
    const file = `${keys.file}.bad`;
    for (const [content, message] of bad) {
      await writeFile(file, JSON.stringify(content));
      await assert.rejects(openProtection({ ...options, cloudFile: file }), message);
    }
  });
});
