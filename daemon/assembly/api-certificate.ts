import type { Logger } from "pino";
import { systemTimers } from "../base/timers.ts";
import { buildMs } from "../base/version.ts";
import type { Clock } from "../clock/clock.ts";
import type { TlsSource } from "../config/config.ts";
import { Secret } from "../core/model/secret.ts";
import { machineNames } from "../tls/machine-names.ts";
import type { CertificateSource, ServedCertificate } from "../tls/served-certificate.ts";
import type { CertificateTime } from "../tls/validity.ts";

export interface CertificateParts {
  readonly clock: Clock;
  /** Seals the key of the gateway's authority. */
  readonly authorityKey: string;
  readonly log: Logger;
}

/** @throws (rejects) when a certificate cannot be read or made */
export async function openCertificate(
  source: TlsSource,
  parts: CertificateParts,
): Promise<ServedCertificate> {
  const { ServedCertificate } = await import("../tls/served-certificate.ts");
  const { log } = parts;
  return ServedCertificate.open({
    source: await certificateSource(source, parts),
    timers: systemTimers,
    log,
  });
}

async function certificateSource(
  source: TlsSource,
  { clock, authorityKey, log }: CertificateParts,
): Promise<CertificateSource> {
  if (source.kind === "files") {
    const { certificateFiles } = await import("../tls/certificate-files.ts");
    return certificateFiles(source.certFile, source.keyFile);
  }
  const [{ gatewayAuthority }, { issueInProcess }] = await Promise.all([
    import("../tls/gateway-authority.ts"),
    import("../tls/issuer-process.ts"),
  ]);
  return gatewayAuthority({
    directory: source.directory,
    names: source.names,
    machine: machineNames,
    time: () => certificateTime(clock, Date.now()),
    buildMs,
    passphrase: new Secret(authorityKey),
    issue: issueInProcess,
    log,
  });
}

/**
 * Returns the trusted time. While that is lost it stands still at the last known moment, and the machine's clock
 * is the better guess unless it shows what cannot be: a certificate that lasts a year forgives months.
 */
export function certificateTime(
  clock: Pick<Clock, "reading" | "limits">,
  systemMs: number,
): CertificateTime {
  const { nowMs, state } = clock.reading();
  if (state !== "lost") return { nowMs, isTrusted: true };
  const isPossible = systemMs > nowMs && systemMs <= clock.limits.latestMs;
  return { nowMs: isPossible ? systemMs : nowMs, isTrusted: false };
}
