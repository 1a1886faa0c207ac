import { compactDecrypt, compactVerify, decodeProtectedHeader } from "jose";
import { inboxLimit } from "../../daemon/commands/inbox.ts";
import { isRevocation } from "../../daemon/commands/passwords/revocation.ts";
import type { Store } from "../../daemon/store/store.ts";
import type { SyncClock } from "../clock-port.ts";
import type { KeyRing } from "../keys/key-ring.ts";
import type { DownTopic } from "../topics.ts";
import { type Body, commandIdOf, maxBodyBytes, parseBody } from "./message-body.ts";

/** Accepted members of the header. Any other is refused, so no message can bring its own key. */
const signatureHeader: ReadonlySet<string> = new Set(["alg", "kid", "typ"]);
const encryptionHeader: ReadonlySet<string> = new Set(["alg", "enc", "kid", "typ", "cty", "epk"]);
/** `typ` of the signature by topic, so that a message of one topic is not valid on the other. */
const types: Readonly<Record<DownTopic, string>> = { command: "latch-command", sync: "latch-sync" };
/** How far a cloud's clock may be ahead of ours. */
const maxAheadMs = 10 * 60_000;

export interface MessageVerifierPorts {
  readonly ring: KeyRing;
  /** `signed`: a JWS, perhaps inside a JWE. `sealed`: only inside a JWE. */
  readonly mode: "signed" | "sealed";
  readonly gatewayId: string;
  /** An older message is refused, unless it is a revocation. */
  readonly maxAgeMs: number;
  readonly store: Store;
  readonly clock: SyncClock;
  /** Called for a valid message with the time at which the cloud signed it, in ms UTC. */
  onVouched(signedAtMs: number): void;
}

/** A message that the cloud has not signed for this gateway. The text never quotes it. */
class Forged extends Error {}

/**
 * Accepts only what the cloud has signed for this gateway: a JWS (EdDSA, fixed key ids), which may be inside a
 * JWE to the gateway's key (ECDH-ES+A256KW, A256GCM). The inbox has every command that was carried out, and a
 * message older than the inbox or its limit is refused as a replay. A revocation is accepted at any age,
 * because carried out twice it grants nothing.
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
        error instanceof Forged ? error.message : "signature or encryption is not valid";
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

  /** Checks for which gateway, and when, the message was signed. */
  #claimed(kind: DownTopic, value: unknown): Body {
    if (typeof value !== "object" || value === null || Array.isArray(value)) {
      throw new Forged("the signed message is no object");
    }
    const { gw, iat, ...rest }: { gw?: unknown; iat?: unknown } = value;
    if (gw !== this.#ports.gatewayId) throw new Forged("gw: it is meant for another gateway");
    if (typeof iat !== "number") throw new Forged("iat: is missing");
    const command = "command" in rest && typeof rest.command === "string" ? rest.command : "";
    const params = "params" in rest ? rest.params : undefined;
    const replay = isRevocation(command, params) ? null : this.#replayFault(iat * 1000);
    if (replay !== null) throw new Forged(replay);
    this.#ports.onVouched(iat * 1000);
    // Of the sync messages only a snapshot has a time in its schema.
    const keepsTime = kind === "command" || "snapshot" in rest;
    return { ok: true, value: keepsTime ? { ...rest, iat } : rest };
  }

  /** Returns why it may be a replay; null = it cannot be one. */
  #replayFault(iatMs: number): string | null {
    const { clock, store, maxAgeMs } = this.#ports;
    const { nowMs, state } = clock.reading();
    if (state !== "lost" && nowMs - iatMs > maxAgeMs) return "iat: too old; it may be a replay";
    if (state !== "lost" && iatMs - nowMs > maxAheadMs) return "iat: is in the future";
    const commands = [...store.list("inbox")];
    if (commands.length < inboxLimit) return null;
    const oldestMs = commands.reduce((oldest, { atMs }) => Math.min(oldest, atMs), Infinity);
    return iatMs <= oldestMs ? "iat: older than every command in the inbox" : null;
  }
}

/** Reads the header and refuses unknown members, before any key is used. */
function headerOf(
  text: string,
  understood: ReadonlySet<string>,
): { readonly kid: string; readonly typ: string | undefined } {
  const header = decodeProtectedHeader(text);
  for (const name of Object.keys(header)) {
    if (!understood.has(name)) throw new Forged("its header has a member that is not accepted");
  }
  const { kid, typ } = header;
  if (typeof kid !== "string") throw new Forged("its header names no key");
  return { kid, typ };
}
