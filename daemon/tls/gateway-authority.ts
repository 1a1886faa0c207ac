import { randomBytes, X509Certificate } from "node:crypto";
import { existsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { isIP } from "node:net";
import { join } from "node:path";
import type { Logger } from "pino";
import type { Secret } from "../core/model/secret.ts";
import { readPair } from "./certificate-files.ts";
import type {
  CertificateOrder,
  IssuedCertificates,
  KeyedCertificate,
  Validity,
} from "./certificate-order.ts";
import { keep, readKept } from "./kept-certificate.ts";
import type { MachineNames } from "./machine-names.ts";
import type { CertificateSource, ServerIdentity } from "./served-certificate.ts";
import { authorityValidity, type CertificateTime, isDue, serverValidity } from "./validity.ts";

const longestList = 64;

export interface GatewayAuthorityOptions {
  /** Where authority and certificate are kept. */
  readonly directory: string;
  /** Names of the configuration, beside the machine's own. */
  readonly names: readonly string[];
  machine(): MachineNames;
  time(): CertificateTime;
  /** When the program was built, ms UTC. */
  readonly buildMs: number;
  /** Seals the authority's key: phones trust what it signs. */
  readonly passphrase: Secret;
  issue(order: CertificateOrder): Promise<IssuedCertificates>;
  readonly log: Logger;
}

/** Returns a source of certificates by an authority of the gateway's own, which it makes once. */
export function gatewayAuthority(options: GatewayAuthorityOptions): CertificateSource {
  const authority = new GatewayAuthority(options);
  return () => authority.identity();
}

interface Kept {
  readonly authority: KeyedCertificate | null;
  readonly server: KeyedCertificate | null;
}

class GatewayAuthority {
  readonly #options: GatewayAuthorityOptions;
  readonly #files: { readonly authority: string; readonly server: string };
  /** Null = the files were not read yet. */
  #kept: Kept | null = null;
  #isOldNamed = false;

  constructor(options: GatewayAuthorityOptions) {
    this.#options = options;
    const { directory } = options;
    this.#files = {
      authority: join(directory, "authority.pem"),
      server: join(directory, "server.pem"),
    };
  }

  /** @throws (rejects) when a file cannot be read or written, or nothing can be issued */
  async identity(): Promise<ServerIdentity> {
    const old = await this.#oldIdentity();
    if (old !== null) return old;
    this.#kept ??= await this.#read();
    const { authority, server } = this.#kept;
    if (authority !== null && server !== null && this.#isRight(authority, server)) {
      return { ...server, authority: authority.cert };
    }
    return await this.#renew(authority);
  }

  /**
   * Earlier versions made one certificate that signs itself. Callers know it by its fingerprint, so that it is served
   * until a person deletes it.
   */
  async #oldIdentity(): Promise<ServerIdentity | null> {
    const { directory, log } = this.#options;
    const [certFile, keyFile] = [join(directory, "cert.pem"), join(directory, "key.pem")];
    if (!existsSync(certFile)) return null;
    if (!this.#isOldNamed) {
      const advice =
        "the API is served with the certificate of an earlier version; delete it and its key.pem for one that phones can trust";
      log.warn({ file: certFile }, advice);
    }
    this.#isOldNamed = true;
    return { ...(await readPair(certFile, keyFile)), authority: null };
  }

  async #read(): Promise<Kept> {
    const { passphrase, log } = this.#options;
    const usable = async (path: string, secret: Secret | null) => {
      try {
        return await readKept(path, secret);
      } catch (err) {
        log.warn(
          { file: path, err },
          "a certificate of the gateway cannot be used; making another",
        );
        return null;
      }
    };
    return {
      authority: await usable(this.#files.authority, passphrase),
      server: await usable(this.#files.server, null),
    };
  }

  #isRight(authority: KeyedCertificate, server: KeyedCertificate): boolean {
    const time = this.#options.time();
    const cert = new X509Certificate(server.cert);
    const issuer = new X509Certificate(authority.cert);
    return (
      !isDue(validityOf(issuer), time) &&
      !isDue(validityOf(cert), time) &&
      cert.verify(issuer.publicKey) &&
      this.#names().every((name) => isNamed(cert, name))
    );
  }

  #names(): readonly string[] {
    const { names, addresses } = this.#options.machine();
    const configured = this.#options.names.map((name) => name.toLowerCase());
    return [...new Set([...configured, ...names, ...addresses])].slice(0, longestList);
  }

  async #renew(present: KeyedCertificate | null): Promise<ServerIdentity> {
    const { buildMs, directory, issue, log, machine, passphrase, time: now } = this.#options;
    const time = now();
    const isUsable =
      present !== null && !isDue(validityOf(new X509Certificate(present.cert)), time);
    const validity = isUsable
      ? validityOf(new X509Certificate(present.cert))
      : authorityValidity(time, buildMs);
    // Gateways of one owner often have the same host name.
    const name = `latchd ${machine().names[0] ?? ""} ${randomBytes(2).toString("hex")}`;
    const made = await issue({
      authority: isUsable ? present : { name, ...validity },
      server: { names: this.#names(), ...serverValidity(time, validity) },
    });
    await mkdir(directory, { recursive: true, mode: 0o700 });
    if (!isUsable) {
      await keep(this.#files.authority, made.authority, passphrase);
      log.info({}, "the gateway made an authority of its own, which phones can trust");
    }
    await keep(this.#files.server, made.server, null);
    this.#kept = made;
    return { ...made.server, authority: made.authority.cert };
  }
}

function validityOf(cert: X509Certificate): Validity {
  return { fromMs: Date.parse(cert.validFrom), untilMs: Date.parse(cert.validTo) };
}

/**
 * IPv6 addresses go into each new certificate, but none is made for them: a machine may get another one every day, and
 * each certificate is unknown again to callers who do not trust the authority.
 */
function isNamed(cert: X509Certificate, name: string): boolean {
  switch (isIP(name)) {
    case 0:
      return cert.checkHost(name, { subject: "never" }) !== undefined;
    case 4:
      return cert.checkIP(name) !== undefined;
    default:
      return true;
  }
}
