import { createDecipheriv, createHmac } from "node:crypto";
import Type from "typebox";
import type { CommandContext } from "../commands/command.ts";
import { GatewayError } from "../core/model/errors.ts";

/*
 * A code comes in clear, or as the old generation encrypts it: AES-128-ECB with PKCS#7 padding, in
 * hexadecimal, which is one block of 32 digits for any code. Both sides derive the key: they know SHA-256 of
 * the client's secret, and the key is the first 16 bytes of HMAC-SHA-256(key = that hash's 32 bytes,
 * text = "latchd temporary password"). A caller without a client (MQTT, the unix socket) has no such key.
 */

const keyLabel = "latchd temporary password";
const keyBytes = 16;

/** Digits, or one encrypted block. */
export const codeInput = Type.String({
  pattern: "^([0-9]{1,16}|[0-9A-Fa-f]{32})$",
  description: "the lock's digits, or AES-128-ECB of them as 32 hex digits",
});

/** Returns the digits. @throws GatewayError `unsupported` without a key, `badParameters` if it does not decrypt. */
export function digitsOf(context: CommandContext, given: string): string {
  if (given.length < 32) return given;
  const { caller, view } = context;
  const isClient = caller.transport === "rest" && caller.session === undefined;
  const client = isClient ? view.get("client", [caller.name]) : undefined;
  if (client === undefined) {
    const text = "password: there is no key for encrypted codes on this transport; send digits";
    throw new GatewayError("unsupported", text, { field: "password" });
  }
  return opened(Buffer.from(given, "hex"), codeKey(Buffer.from(client.secretHash, "base64url")));
}

/** Returns the key for codes. @param secretHash SHA-256 of the client's secret */
export function codeKey(secretHash: Uint8Array): Buffer {
  return createHmac("sha256", secretHash).update(keyLabel).digest().subarray(0, keyBytes);
}

function opened(box: Uint8Array, key: Uint8Array): string {
  const fault = (cause?: unknown) =>
    new GatewayError("badParameters", "password: is not encrypted with this client's key", {
      field: "password",
      cause,
    });
  try {
    const decipher = createDecipheriv("aes-128-ecb", key, null);
    const text = Buffer.concat([decipher.update(box), decipher.final()]).toString("latin1");
    if (/^[0-9]{1,15}$/.test(text)) return text;
  } catch (cause) {
    throw fault(cause);
  }
  throw fault();
}
