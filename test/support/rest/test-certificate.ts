import type { Tls } from "../../../daemon/api/listener/listener.ts";
import { Secret } from "../../../daemon/core/model/secret.ts";
import type { IssuedCertificates } from "../../../daemon/tls/certificate-order.ts";
import { issue } from "../../../daemon/tls/issue.ts";

const dayMs = 86_400_000;

/**
 * Returns certificates for these names that are valid from long ago until a time, by default tomorrow:
 * clients in tests have the machine's clock.
 */
export function issuedFor(
  names: readonly string[],
  untilMs: number = Date.now() + dayMs,
): Promise<IssuedCertificates> {
  const validity = { fromMs: Date.now() - 90 * dayMs, untilMs };
  return issue({
    authority: { name: "the authority of a test", ...validity },
    server: { names, ...validity },
  });
}

/** Returns what a listener needs, without renewals. */
export function fixedTls({ authority, server }: IssuedCertificates): Tls {
  return {
    cert: server.cert,
    key: new Secret(server.key),
    authority: authority.cert,
    onRenewal: () => () => undefined,
  };
}
