import { compactDecrypt, compactVerify, decodeProtectedHeader } from "jose";
import { inboxLimit } from "../../daemon/commands/dispatch.ts";
import { isRevocation } from "../../daemon/commands/passwords/revocation.ts";
import type { Store } from "../../daemon/store/store.ts";
import type { SyncClock } from "../clock-port.ts";
import type { KeyRing } from "../keys/key-ring.ts";
import type { DownTopic } from "../topics.ts";
import { type Body, commandIdOf, maxBodyBytes, parseBody } from "./message-body.ts";

/** Header members that are understood; any other, and every one that brings a key along, is refused. */
const signatureHeader: ReadonlySet<string> = new Set(["alg", "kid", "typ"]);
const encryptionHeader: ReadonlySet<string> = new Set(["alg", "enc", "kid", "typ", "cty", "epk"]);
/** `typ` of the signature, by where the message comes: one cannot be passed off as the other. */
const types: Readonly<Record<DownTopic, string>> = { command: "latch-command", sync: "latch-sync" };
/** A cloud's clock may be so far ahead of ours. */
const maxAheadMs = 10 * 60_000;

export interface MessageVerifierPorts {
  readonly ring: KeyRing;
  /** `signed`: a JWS, perhaps inside a JWE. `sealed`: only inside a JWE. */
  readonly mode: "signed" | "sealed";
  readonly gatewayId: string;
  /** What is older is refused, revocations apart. */
  readonly maxAgeMs: number;
  readonly store: Store;
  readonly clock: SyncClock;
  /** A message came that the cloud had signed at that time, in ms UTC. */
  onVouched(signedAtMs: number): void;
}

/** A message that nobody vouches for. The text never quotes it. */
class Forged extends Error {}

/**
 * Lets in only what the cloud has signed for this gateway: JWS (EdDSA, fixed key ids), perhaps
 * inside a JWE to the gateway's key (ECDH-ES+A256KW, A256GCM). Against replays: the inbox knows
 * every command that was carried out, and what is older than the inbox, or than its limit, is
 * refused. A revocation is let in at any age: carried out twice it grants nothing.
 */
export class MessageVerifier {
  readonly #ports: MessageVerifierPorts;

  constructor(ports: MessageVerifierPorts) {
    this.#ports = ports;
  }

  /** Never throws. */
  async read(kind: DownTopic, payload: Uint8Array): Promise<Body> {
    if (payload.byteLength > maxBodyBytes) return parseBody(payload);
    try {
      return await this.#read(kind, Buffer.from(payload).toString("latin1"), payload);
    } catch (error) {
      const reason =
        error instanceof Forged ? error.message : "signature or encryption does not hold";
      const plain = parseBody(payload);
      const id = plain.ok ? commandIdOf(plain.value) : null;
      return { ok: false, reason, isForged: true, ...(id === null ? {} : { id }) };
    }
  }

  async #read(kind: DownTopic, text: string, payload: Uint8Array): Promise<Body> {
    const parts = text.split(".").length;
    if (parts !== 3 && parts !== 5) throw new Forged("the message is not signed");
    if (parts === 3 && this.#ports.mode === "sealed") throw new Forged("it is not encrypted");
    const signed = parts === 5 ? await this.#decrypted(text) : payload;
    const body = parseBody(await this.#verified(kind, Buffer.from(signed).toString("latin1")));
    return body.ok ? this.#claimed(kind, body.value) : body;
  }

  async #decrypted(text: string): Promise<Uint8Array> {
    const { kid } = headerOf(text, encryptionHeader);
    const key = this.#ports.ring.ownKey(kid);
    if (key === undefined)
      throw new Forged("it is encrypted to a key that is not, or no longer, ours");
    const { plaintext } = await compactDecrypt(text, key, {
      keyManagementAlgorithms: ["ECDH-ES+A256KW"],
      contentEncryptionAlgorithms: ["A256GCM"],
    });
    return plaintext;
  }

  async #verified(kind: DownTopic, text: string): Promise<Uint8Array> {
    const { kid, typ } = headerOf(text, signatureHeader);
    if (typ !== types[kind]) throw new Forged(`typ of the signature must be ${types[kind]}`);
    const key = this.#ports.ring.signingKey(kid);
    if (key === undefined) throw new Forged("it is signed by a key that is not the cloud's");
    return (await compactVerify(text, key, { algorithms: ["EdDSA"] })).payload;
  }

  /** Signed, but for whom, and when? */
  #claimed(kind: DownTopic, value: unknown): Body {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw new Forged("the signed message is no object");
    }
    const { gw, iat, ...rest }: { gw?: unknown; iat?: unknown } = value;
    if (gw !== this.#ports.gatewayId) throw new Forged("gw: it is meant for another gateway");
    if (typeof iat !== "number") throw new Forged("iat: is missing");
    const command = "command" in rest && typeof rest.command === "string" ? rest.command : "";
    const params = "params" in rest ? rest.params : undefined;
    const stale = isRevocation(command, params) ? null : this.#staleness(iat * 1000);
    if (stale !== null) throw new Forged(stale);
    this.#ports.onVouched(iat * 1000);
    // An acknowledgement and its like have no time of their own; a snapshot has.
    const keepsTime = kind === "command" || "snapshot" in rest;
    return { ok: true, value: keepsTime ? { ...rest, iat } : rest };
  }

  /** @returns why it may be a replay; null = it is none. */
  #staleness(iatMs: number): string | null {
    const { clock, store, maxAgeMs } = this.#ports;
    const { nowMs, state } = clock.reading();
    if (state !== "lost" && nowMs - iatMs > maxAgeMs)
      return "iat: too old to be told from a replay";
    if (state !== "lost" && iatMs - nowMs > maxAheadMs) return "iat: lies in the future";
    const remembered = [...store.list("inbox")];
    if (remembered.length < inboxLimit) return null;
    const oldestMs = remembered.reduce((oldest, { atMs }) => Math.min(oldest, atMs), Infinity);
    return iatMs <= oldestMs ? "iat: older than every command that is remembered" : null;
  }
}

/** Before any key is touched: what the header may say at all. */
function headerOf(
  text: string,
  understood: ReadonlySet<string>,
): { readonly kid: string; readonly typ: string | undefined } {
  const header = decodeProtectedHeader(text);
  for (const name of Object.keys(header)) {
    if (!understood.has(name)) throw new Forged("its header says more than it may");
  }
  const { kid, typ } = header;
  if (typeof kid !== "string") throw new Forged("its header names no key");
  return { kid, typ };
}
