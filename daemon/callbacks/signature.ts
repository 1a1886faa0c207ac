import { createHmac } from "node:crypto";
import type { CallbackRecord } from "../core/model/gateway/callback.ts";

/** Returns the headers that prove where a body comes from. */
export type Signature = (body: string) => Readonly<Record<string, string>>;

/**
 * Returns the function that signs the bodies for a callback: `Latchd-Signature: t=<Unix seconds>,v1=<hex>`,
 * an HMAC-SHA256 with the callback's key over `<t>.<body>`. A record of an older version has no key: its
 * bodies are unsigned until the URL is registered again.
 */
export function signatureOf(
  { callbackId, signingKey }: CallbackRecord,
  nowMs: () => number,
): Signature {
  const named = { "latchd-callback": callbackId };
  if (signingKey === undefined) return () => named;
  return (body) => {
    const seconds = Math.floor(nowMs() / 1000);
    const mac = createHmac("sha256", signingKey).update(`${seconds}.${body}`).digest("hex");
    return { ...named, "latchd-signature": `t=${seconds},v1=${mac}` };
  };
}
