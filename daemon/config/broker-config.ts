/** A broker's address, and how to connect to it. */
export interface BrokerConfig {
  /** `mqtt`, `mqtts`, `ws` or `wss`; tried in turn. */
  readonly urls: readonly string[];
  /** A broker beyond this machine may be reached without TLS. */
  readonly isPlainAllowed: boolean;
  readonly protocol: "5" | "3.1.1";
  readonly username: string | undefined;
  readonly passwordFile: string | undefined;
  readonly caFile: string | undefined;
  readonly certFile: string | undefined;
  readonly keyFile: string | undefined;
}

/** The keys of a section that describe a connection to a broker. */
export interface BrokerKeys {
  readonly allow_plain: boolean;
  readonly protocol: "5" | "3.1.1";
  readonly username?: string | undefined;
  readonly password_file?: string | undefined;
  readonly ca_file?: string | undefined;
  readonly cert_file?: string | undefined;
  readonly key_file?: string | undefined;
}

/** Returns the broker of a section. @param url one, or several that are tried in turn */
export function brokerOf(keys: BrokerKeys, url: string | readonly string[]): BrokerConfig {
  return {
    urls: typeof url === "string" ? [url] : url,
    isPlainAllowed: keys.allow_plain,
    protocol: keys.protocol,
    username: keys.username,
    passwordFile: keys.password_file,
    caFile: keys.ca_file,
    certFile: keys.cert_file,
    keyFile: keys.key_file,
  };
}
