import { isIP } from "node:net";
import type { PageAddress } from "../commands/ports.ts";
import type { Config } from "../config/config.ts";
import type { MachineNames } from "../tls/machine-names.ts";
import type { Fingerprints } from "../tls/served-certificate.ts";

export interface Served {
  readonly api: Pick<Config["api"], "host" | "allowedHosts" | "publicUrl">;
  /** Of the running listener. */
  readonly port: number;
  /** Null = plain HTTP. */
  readonly fingerprints: Fingerprints | null;
  readonly machine: MachineNames;
}

/** Returns where people reach the page. */
export function pageAddress({ api, port, fingerprints, machine }: Served): PageAddress {
  const scheme = fingerprints === null ? "http" : "https";
  const urls = hostsOf(api, machine).map((host) => {
    const literal = isIP(host) === 6 ? `[${host}]` : host;
    return `${scheme}://${literal}:${port}/`;
  });
  const { publicUrl } = api;
  return {
    urls: publicUrl === undefined ? urls : [new URL(publicUrl).href, ...urls],
    fingerprint: fingerprints?.server ?? null,
    authorityFingerprint: fingerprints?.authority ?? null,
  };
}

/** An address works on every phone; a name ending with `.local` only on those that ask for it by multicast. */
function hostsOf({ host, allowedHosts }: Served["api"], machine: MachineNames): readonly string[] {
  if (host === "127.0.0.1" || host === "::1" || host === "localhost") return ["localhost"];
  if (host !== "0.0.0.0" && host !== "::") return [...new Set([...allowedHosts, host])];
  const addresses = machine.addresses.filter((one) => isIP(one) === 4 && !one.startsWith("127."));
  const names = machine.names.filter((name) => name.endsWith(".local"));
  return [...new Set([...allowedHosts, ...addresses, ...names])];
}
