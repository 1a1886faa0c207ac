"use strict";
// CommonJS, because zigbee-herdsman loads it by require() at the path of the package that it expects.
const { createCipheriv } = require("node:crypto");

/** Octets of the length field in the first block of the counter: 15 less the 13 of the nonce. */
const lengthOctets = 2;

/**
 * Decrypts a message in CCM* mode (RFC 3610; IEEE 802.15.4-2020, annex B.4.2) and does not judge its
 * authentication field: zigbee-herdsman has none at this place and gives zeros for it.
 * @param {number} tagOctets the length M of the authentication field: 4, 6, 8, 10, 12, 14 or 16
 * @param {Buffer} key 16 octets
 * @param {Buffer} nonce 13 octets
 * @param {Buffer} message the encrypted message, then its encrypted authentication field
 * @returns {[Buffer, Buffer]} the decrypted authentication field, and the decrypted message
 * @throws {RangeError} if the message is shorter than its authentication field
 */
function aes128CcmStar(tagOctets, key, nonce, message) {
  const end = message.length - tagOctets;
  if (end < 0)
    throw new RangeError(`a message of ${message.length} octets has no field of ${tagOctets}`);
  // Encryption and decryption add the same key stream. Only encryption gives it without a proof of authenticity.
  const cipher = createCipheriv("aes-128-ccm", key, nonce, { authTagLength: tagOctets });
  const plain = cipher.update(message.subarray(0, end));
  const stream = fieldStream(key, nonce);
  const field = Buffer.from(message.subarray(end)).map((octet, at) => octet ^ (stream[at] ?? 0));
  return [Buffer.from(field), plain];
}

/**
 * Returns S_0, the key stream of the authentication field: the block A_0 of the counter, encrypted (RFC 3610, 2.3).
 * @param {Buffer} key
 * @param {Buffer} nonce
 */
function fieldStream(key, nonce) {
  const block = Buffer.concat([Buffer.of(lengthOctets - 1), nonce, Buffer.alloc(lengthOctets)]);
  return createCipheriv("aes-128-ecb", key, null).setAutoPadding(false).update(block);
}

module.exports = { aes128CcmStar };
