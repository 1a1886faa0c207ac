import type { IncomingHttpHeaders } from "node:http";
import { isIP } from "node:net";

/** Where a request comes from, by its headers. */
export type Provenance = "ours" | "foreignHost" | "foreignOrigin";

/** Headers of every answer, so that no other site runs, frames, sniffs or caches it. */
export const securityHeaders: Readonly<Record<string, string>> = {
  "cache-control": "no-store",
  "content-security-policy": "default-src 'self'; frame-ancestors 'none'",
  "referrer-policy": "no-referrer",
  "x-content-type-options": "nosniff",
};

/** Under what the gateway is reached. */
export interface OwnOrigins {
  /** Names and addresses beside the loopback ones, without ports. */
  readonly hosts: readonly string[];
  /** Of the listener itself. */
  readonly scheme: "http" | "https";
  /** The origin of a proxy in front of the listener, which passes the `Host` on; null = there is none. */
  readonly publicUrl: string | null;
  /** Whether it is a name or an address of this machine now; asked about names that are not in `hosts`. */
  isOwn(name: string): boolean;
}

/**
 * Refuses requests of other sites' pages in a browser on this network: a name that was rebound to our address
 * fails at `Host`, a form or script of another page at `Origin`.
 */
export class OriginCheck {
  readonly #hosts: ReadonlySet<string>;
  readonly #origins: OwnOrigins;
  readonly #public: URL | null;

  constructor(origins: OwnOrigins) {
    this.#origins = origins;
    this.#public = origins.publicUrl === null ? null : new URL(origins.publicUrl);
    this.#hosts = new Set(["localhost", "::1", ...origins.hosts.map((host) => host.toLowerCase())]);
  }

  check(method: string, headers: IncomingHttpHeaders): Provenance {
    const host = headers.host?.toLowerCase() ?? "";
    const name = hostName(host);
    if (name === null || !this.#isOurs(name, headers)) return "foreignHost";
    const origin = headers.origin?.toLowerCase();
    if (method === "GET" || method === "HEAD" || origin === undefined) return "ours";
    const own = this.isPublic(headers) ? this.#public?.origin : `${this.#origins.scheme}://${host}`;
    return origin === own ? "ours" : "foreignOrigin";
  }

  /** Returns whether a request came by the public URL: its browser speaks TLS with a proxy. */
  isPublic({ host }: IncomingHttpHeaders): boolean {
    return this.#public !== null && host?.toLowerCase() === this.#public.host;
  }

  #isOurs(name: string, headers: IncomingHttpHeaders): boolean {
    const isKnown = this.#hosts.has(name) || isLoopbackAddress(name) || this.isPublic(headers);
    return isKnown || this.#origins.isOwn(name);
  }
}

function hostName(host: string): string | null {
  const parts = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::[0-9]{1,5})?$/.exec(host);
  return parts?.[1] ?? parts?.[2] ?? null;
}

function isLoopbackAddress(name: string): boolean {
  return isIP(name) === 4 && name.startsWith("127.");
}
