import { GatewayError } from "../../daemon/core/model/errors.ts";
import { MessageVerifier } from "../down/message-verifier.ts";
import type { Protection } from "../options.ts";
import { sealedRecord } from "./code-seal.ts";
import { KeyRing } from "./key-ring.ts";

/** A broker keeps a command for an absent gateway no longer than the session, a day; plus an hour. */
const defaultMaxAgeMs = 25 * 3600 * 1000;

export interface ProtectionOptions {
  /** File of the gateway's own keys; created at the first start. */
  readonly ownFile: string;
  /** File of the cloud's public keys. */
  readonly cloudFile: string;
  /** The form of messages from the cloud: plain, a JWS (which may be in a JWE), or a JWS in a JWE. */
  readonly commands: "off" | "signed" | "sealed";
  /** Whether replies and events with codes are encrypted to the cloud. */
  readonly codes: "off" | "sealed";
  /** An older message is refused, unless it is a revocation. */
  readonly maxAgeMs?: number;
  /** ms UTC */
  nowMs(): number;
}

/**
 * Opens the end-to-end protection. This file is loaded only if it is configured, because the library behind
 * it is large.
 * @throws GatewayError `badParameters` when a key file is malformed or lacks what is needed
 */
export async function openProtection(
  options: ProtectionOptions,
): Promise<{ readonly protection: Protection; readonly ring: KeyRing }> {
  const { commands: mode, codes, maxAgeMs = defaultMaxAgeMs } = options;
  const ring = await KeyRing.open(options);
  if (mode !== "off" && !ring.canVerify) throw lacks("no Ed25519 key that signs commands");
  if (codes !== "off" && ring.encryptionKey() === undefined) {
    throw lacks("no P-256 key to encrypt codes to");
  }
  const protection: Protection = {
    get currentKid() {
      return ring.currentKid;
    },
    isSigned: mode !== "off",
    reader: (ports) => {
      if (mode === "off") return null;
      const verifier = new MessageVerifier({ ...ports, ring, mode, maxAgeMs });
      return (kind, payload) => verifier.read(kind, payload);
    },
    sealer: (gatewayId) =>
      codes === "off" ? null : (record) => sealedRecord(record, ring, gatewayId),
  };
  return { protection, ring };
}

function lacks(what: string): GatewayError {
  return new GatewayError("badParameters", `cloud_keys_file: there is ${what} in it`, {
    field: "cloud_keys_file",
  });
}
