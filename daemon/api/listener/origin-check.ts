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

/**
 * Refuses requests of other sites' pages in a browser on this network: a name that was rebound to our address
 * fails at `Host`, a form or script of another page at `Origin`.
 */
export class OriginCheck {
  readonly #hosts: ReadonlySet<string>;
  readonly #isOwn: (name: string) => boolean;
  readonly #scheme: "http" | "https";

  /**
   * @param hosts names and addresses beside the loopback ones, without ports
   * @param isOwn whether it is a name or an address of this machine now; asked about names that are not in `hosts`
   */
  constructor(
    hosts: readonly string[],
    scheme: "http" | "https" = "http",
    isOwn: (name: string) => boolean = () => false,
  ) {
    this.#scheme = scheme;
    this.#hosts = new Set(["localhost", "::1", ...hosts.map((host) => host.toLowerCase())]);
    this.#isOwn = isOwn;
  }

  check(method: string, headers: IncomingHttpHeaders): Provenance {
    const host = headers.host?.toLowerCase() ?? "";
    const name = hostName(host);
    if (name === null || !this.#isOurs(name)) return "foreignHost";
    const origin = headers.origin?.toLowerCase();
    const isRead = method === "GET" || method === "HEAD";
    return isRead || origin === undefined || origin === `${this.#scheme}://${host}`
      ? "ours"
      : "foreignOrigin";
  }

  #isOurs(name: string): boolean {
    return this.#hosts.has(name) || isLoopbackAddress(name) || this.#isOwn(name);
  }
}

function hostName(host: string): string | null {
  const parts = /^(?:\[([0-9a-f:.]+)\]|([a-z0-9._-]+))(?::[0-9]{1,5})?$/.exec(host);
  return parts?.[1] ?? parts?.[2] ?? null;
}

function isLoopbackAddress(name: string): boolean {
  return isIP(name) === 4 && name.startsWith("127.");
}
