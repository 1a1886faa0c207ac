import assert from "node:assert/strict";
import { createDecipheriv } from "node:crypto";
import { realpathSync } from "node:fs";
import { createRequire } from "node:module";
import { join } from "node:path";
import { describe, it } from "node:test";
import { GreenPower } from "zigbee-herdsman/dist/controller/greenPower.js";
import { projectRoot } from "../../../support/project-root.ts";

type CcmStar = (tagOctets: number, key: Buffer, nonce: Buffer, message: Buffer) => [Buffer, Buffer];

const require = createRequire(join(projectRoot(), "node_modules/zigbee-herdsman/package.json"));
/** The name under which zigbee-herdsman loads the function. */
const nameInHerdsman = "zigbee-on-host/dist/zigbee/zigbee";
const { aes128CcmStar }: { aes128CcmStar: CcmStar } = require(nameInHerdsman);

const octets = (hex: string) => Buffer.from(hex.replaceAll(" ", ""), "hex");

interface Vector {
  readonly source: string;
  readonly key: string;
  readonly nonce: string;
  readonly plain: string;
  readonly encrypted: string;
  /** The authentication field before its encryption, where the source prints it. */
  readonly field?: string;
}

const vectors: readonly Vector[] = [
  {
    source: "RFC 3610, packet vector 1",
    key: "C0C1C2C3C4C5C6C7C8C9CACBCCCDCECF",
    nonce: "00000003020100A0A1A2A3A4A5",
    plain: "08090A0B0C0D0E0F101112131415161718191A1B1C1D1E",
    encrypted: "588C979A61C663D2F066D0C2C0F989806D5F6B61DAC384 17E8D12CFDF926E0",
    field: "2DC697E411CA83A8",
  },
  {
    source: "RFC 3610, packet vector 13",
    key: "D7828D13B2B0BDC325A76236DF93CC6B",
    nonce: "00412B4EA9CDBE3C9696766CFA",
    plain: "08E8CF97D820EA258460E96AD9CF5289054D895CEAC47C",
    encrypted: "4CB97F86A2A4689A877947AB8091EF5386A6FFBDD080F8 E78CF7CB0CDDD7B3",
    field: "14BDDB6BF901634D",
  },
  {
    source: "IEEE 802.15.4-2006, annex C.2.3, a MAC command frame at security level 6",
    key: "C0C1C2C3C4C5C6C7C8C9CACBCCCDCECF",
    nonce: "ACDE480000000001 00000005 06",
    plain: "CE",
    encrypted: "D8 4FDE529061F9C6F1",
  },
];

describe("AES-CCM* for zigbee-herdsman", () => {
  it("is our own module at the name that zigbee-herdsman loads", () => {
    assert.equal(
      realpathSync(require.resolve(nameInHerdsman)),
      join(projectRoot(), "drivers/aes-ccm/aes-ccm.cjs"),
    );
  });

  for (const { source, key, nonce, plain, encrypted, field } of vectors) {
    it(`decrypts the published vector of ${source}`, () => {
      const [tag, message] = aes128CcmStar(8, octets(key), octets(nonce), octets(encrypted));
      assert.deepEqual(message, octets(plain));
      if (field !== undefined) assert.deepEqual(tag, octets(field));
    });
  }

  it("decrypts a message whose authentication field is missing and filled with zeros", () => {
    const { key, nonce, plain, encrypted } = vectors[1] ?? assert.fail("no vector");
    for (const tagOctets of [4, 6, 8, 10, 12, 14, 16]) {
      const message = Buffer.concat([octets(encrypted).subarray(0, 23), Buffer.alloc(tagOctets)]);
      const [tag, decrypted] = aes128CcmStar(tagOctets, octets(key), octets(nonce), message);
      assert.deepEqual(decrypted, octets(plain));
      assert.equal(tag.length, tagOctets);
    }
  });

  it("returns an empty message if there is only an authentication field", () => {
    const [, decrypted] = aes128CcmStar(4, Buffer.alloc(16), Buffer.alloc(13), Buffer.alloc(4));
    assert.deepEqual(decrypted, Buffer.alloc(0));
  });

  it("refuses a message that is shorter than its authentication field", () => {
    assert.throws(
      () => aes128CcmStar(4, Buffer.alloc(16), Buffer.alloc(13), Buffer.alloc(3)),
      RangeError,
    );
  });

  it("gives Green Power's decryption the octets that the counter mode gives", () => {
    const key = octets("D7828D13B2B0BDC325A76236DF93CC6B");
    const sourceId = 0x87654321;
    const frameCounter = 0x0000aac3;
    for (let length = 1; length <= 80; length += 1) {
      const encrypted = Buffer.from(Array.from({ length }, (_, at) => (at * 31 + length) & 0xff));
      const payload = Buffer.concat([encrypted, Buffer.alloc(4)]);
      const decrypt: unknown = Reflect.get(GreenPower.prototype, "decryptPayload");
      assert.ok(typeof decrypt === "function");
      const decrypted: unknown = decrypt.call({}, sourceId, frameCounter, key, payload);
      // A_1: flags, the nonce of the Green Power specification A.1.5.4.2 (little-endian), a counter of 1.
      const block = octets("01 21436587 21436587 C3AA0000 05 0001");
      const counterMode = createDecipheriv("aes-128-ctr", key, block);
      assert.deepEqual(decrypted, counterMode.update(encrypted));
    }
  });
});
