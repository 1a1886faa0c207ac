import { isIP } from "node:net";
import type { BrokerKeys } from "./broker-config.ts";
import type { Fault } from "./document.ts";
import { unreadableReason } from "./readable-file.ts";

/**
 * Checks the keys of a connection to a broker against each other, and their files.
 * @param name the section that has them
 */
export function checkBroker(
  name: string,
  broker: BrokerKeys & { readonly urls: readonly string[] },
  faults: Fault[],
): void {
  const { password_file, ca_file, cert_file, key_file, username } = broker;
  requireReadable(
    {
      [`${name}.password_file`]: password_file,
      [`${name}.ca_file`]: ca_file,
      [`${name}.cert_file`]: cert_file,
      [`${name}.key_file`]: key_file,
    },
    faults,
  );
  checkUrls(name, broker, faults);
  if ((cert_file === undefined) !== (key_file === undefined)) {
    faults.push({
      key: cert_file === undefined ? `${name}.cert_file` : `${name}.key_file`,
      problem: "is missing: a client certificate and its key go together",
    });
  }
  if (password_file !== undefined && username === undefined) {
    faults.push({ key: `${name}.username`, problem: "is missing: a password needs one" });
  }
}

function checkUrls(
  name: string,
  { urls, allow_plain, cert_file, ca_file }: BrokerKeys & { readonly urls: readonly string[] },
  faults: Fault[],
): void {
  const key = `${name}.url`;
  if (!urls.every((url) => URL.canParse(url))) {
    faults.push({ key, problem: "must be a URL" });
  } else if (!allow_plain && urls.some(isPlainToOthers)) {
    faults.push({
      key,
      problem:
        "must be mqtts:// or wss://, except to this machine: without TLS everybody on the way " +
        `reads codes and can open locks (${name}.allow_plain: true allows it all the same)`,
    });
  }
  const isTls = urls.every((url) => url.startsWith("mqtts:") || url.startsWith("wss:"));
  if (!isTls && (cert_file !== undefined || ca_file !== undefined)) {
    faults.push({ key, problem: "must be mqtts:// or wss:// where certificates are given" });
  }
}

/** @param files paths by the key that names them; absent ones are skipped */
export function requireReadable(
  files: Readonly<Record<string, string | undefined>>,
  faults: Fault[],
): void {
  for (const [key, file] of Object.entries(files)) {
    const reason = file === undefined ? null : unreadableReason(file);
    if (reason === null) continue;
    faults.push({ key, problem: `must name a readable file; ${file} ${reason}` });
  }
}

function isPlainToOthers(text: string): boolean {
  const { protocol, hostname } = new URL(text);
  if (protocol !== "mqtt:" && protocol !== "ws:") return false;
  return !isLoopback(hostname.replace(/^\[(.*)\]$/, "$1").replace(/\.$/, ""));
}

/** Returns whether only this machine can reach a host. */
export function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}
