/**
 * Signs what goes to a gateway and opens what a gateway has sealed: docs/mqtt.md, "End-to-end protection".
 * `latchctl keys make FOLDER` makes the keys; the cloud needs `cloud-private-keys.json` of that folder.
 */
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { CompactSign, compactDecrypt, importJWK } from "jose";

/** @typedef {import("./journal.mjs").Fields} Fields */

export class Protection {
  #signing;
  #opening;

  /** @param {string} folder where `latchctl keys make` has put the keys */
  constructor(folder) {
    const { keys } = JSON.parse(readFileSync(join(folder, "cloud-private-keys.json"), "utf8"));
    this.#signing = keys.find((/** @type {Fields} */ { use }) => use === "sig");
    this.#opening = keys.find((/** @type {Fields} */ { use }) => use === "enc");
  }

  /**
   * Returns a message for one gateway as a compact JWS.
   * @param {string} gateway its id
   * @param {"command" | "sync"} kind the last level of the topic
   * @param {object} fields the usual body; `iat` is now unless it is given
   */
  async sign(gateway, kind, fields) {
    const claims = { gw: gateway, iat: Math.floor(Date.now() / 1000), ...fields };
    return await new CompactSign(Buffer.from(JSON.stringify(claims)))
      .setProtectedHeader({ alg: "EdDSA", kid: this.#signing.kid, typ: `latch-${kind}` })
      .sign(await importJWK(this.#signing, "EdDSA"));
  }

  /**
   * Returns a reply or an event with its secret fields in clear.
   * @param {string} gateway
   * @param {Fields} record
   * @returns {Promise<Fields>}
   * @throws Error if it was sealed for another gateway or another record
   */
  async open(gateway, { sealed, ...record }) {
    if (sealed === undefined) return record;
    const key = await importJWK(this.#opening, "ECDH-ES+A256KW");
    const { plaintext, protectedHeader } = await compactDecrypt(String(sealed), key);
    const { gw, epoch, seq } = protectedHeader;
    if (gw !== gateway || epoch !== record["epoch"] || seq !== record["seq"]) {
      throw new Error(`record ${record["seq"]} of ${gateway} is sealed for another one`);
    }
    const secret = JSON.parse(Buffer.from(plaintext).toString());
    return "event" in record ? { ...record, detail: secret } : { ...record, ...secret };
  }
}
