import { X509Certificate } from "node:crypto";
import type { Logger } from "pino";
import type { Timers } from "../base/timers.ts";
import { Secret } from "../core/model/secret.ts";
import type { KeyedCertificate } from "./certificate-order.ts";
import { fingerprintOf } from "./fingerprint.ts";

/** A change of address waits this long for a certificate that names it. */
const checkEveryMs = 10 * 60_000;

/** What a source of certificates has at this moment. */
export interface ServerIdentity extends KeyedCertificate {
  /** PEM of the authority that the gateway made; null = there is none, or it is somebody else's. */
  readonly authority: string | null;
}

/** Reads or makes the certificate that is right now. @throws (rejects) when it cannot */
export type CertificateSource = () => Promise<ServerIdentity>;

/** SHA-256 of the certificates in use, for people who compare them. */
export interface Fingerprints {
  readonly server: string;
  readonly authority: string | null;
}

/** The certificate of the API. It is looked after while it is served, and replaced without ending a connection. */
export class ServedCertificate {
  readonly #source: CertificateSource;
  readonly #timers: Timers;
  readonly #log: Logger;
  readonly #listeners = new Set<() => void>();
  #current: ServerIdentity;
  #cancel: () => void = () => undefined;
  #isClosed = false;

  private constructor(
    current: ServerIdentity,
    { source, timers, log }: { source: CertificateSource; timers: Timers; log: Logger },
  ) {
    this.#current = current;
    this.#source = source;
    this.#timers = timers;
    this.#log = log;
    this.#announce();
    this.#checkLater();
  }

  /** @throws (rejects) what the source throws */
  static async open(parts: {
    readonly source: CertificateSource;
    readonly timers: Timers;
    readonly log: Logger;
  }): Promise<ServedCertificate> {
    return new ServedCertificate(await parts.source(), parts);
  }

  /** The certificate chain (PEM). */
  get cert(): string {
    return this.#current.cert;
  }

  get key(): Secret {
    return new Secret(this.#current.key);
  }

  get authority(): string | null {
    return this.#current.authority;
  }

  /** Returns when the certificate ends, ms UTC. */
  endMs(): number {
    return Date.parse(new X509Certificate(this.#current.cert).validTo);
  }

  fingerprints(): Fingerprints {
    const { cert, authority } = this.#current;
    return {
      server: fingerprintOf(cert),
      authority: authority === null ? null : fingerprintOf(authority),
    };
  }

  /** @returns a function that removes the listener */
  onRenewal(listener: () => void): () => void {
    this.#listeners.add(listener);
    return () => this.#listeners.delete(listener);
  }

  close(): void {
    this.#isClosed = true;
    this.#cancel();
    this.#listeners.clear();
  }

  #checkLater(): void {
    if (this.#isClosed) return;
    this.#cancel = this.#timers.after(checkEveryMs, () => {
      void this.#check().finally(() => this.#checkLater());
    });
  }

  async #check(): Promise<void> {
    try {
      const next = await this.#source();
      if (this.#isClosed || next.cert === this.#current.cert) return;
      this.#current = next;
      for (const listener of this.#listeners) listener();
      this.#announce();
    } catch (err) {
      this.#log.warn({ err }, "the API keeps its certificate: it could not be looked after");
    }
  }

  /** A person compares the fingerprint before trusting a certificate that the gateway made. */
  #announce(): void {
    const { server: fingerprint, authority } = this.fingerprints();
    const ofAuthority = authority === null ? {} : { authorityFingerprint: authority };
    this.#log.info({ fingerprint, ...ofAuthority }, "the API is served with this certificate");
  }
}
