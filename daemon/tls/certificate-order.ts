/** A certificate and its private key, both PEM. */
export interface KeyedCertificate {
  readonly cert: string;
  readonly key: string;
}

/** Both ends are inclusive; ms UTC, whole seconds in the certificate. */
export interface Validity {
  readonly fromMs: number;
  readonly untilMs: number;
}

/** An authority to be made. */
export interface NewAuthority extends Validity {
  /** What people see in the list of authorities of their phone. */
  readonly name: string;
}

/** What to issue: a certificate of the server, by an authority that exists or is made for it. */
export interface CertificateOrder {
  readonly authority: KeyedCertificate | NewAuthority;
  readonly server: Validity & {
    /** Host names and addresses. */
    readonly names: readonly string[];
  };
}

export interface IssuedCertificates {
  readonly authority: KeyedCertificate;
  readonly server: KeyedCertificate;
}
