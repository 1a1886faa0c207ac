import { accessSync, constants, statSync } from "node:fs";
import { isIP } from "node:net";
import { dirname } from "node:path";
import type { CloudConfig, Config } from "../config.ts";
import type { Fault } from "./document.ts";
import type { ConfigDocument } from "./schema.ts";

/** Whether a file is there and may be read. */
export function isReadable(file: string): boolean {
  try {
    accessSync(file, constants.R_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/** What no schema can say: keys that need each other, files that must be there. */
export function checkMeaning(config: Config, document: ConfigDocument, faults: Fault[]): void {
  const mustBeReadable: readonly (readonly [string, string | undefined])[] = [
    ["cloud.password_file", config.cloud?.passwordFile],
    ["cloud.ca_file", config.cloud?.caFile],
    ["cloud.cert_file", config.cloud?.certFile],
    ["cloud.key_file", config.cloud?.keyFile],
  ];
  for (const [key, file] of mustBeReadable) {
    if (file !== undefined && !isReadable(file)) {
      faults.push({ key, problem: `must name a readable file; ${file} is none` });
    }
  }
  if (document.key_file !== undefined && !isDirectory(dirname(document.key_file))) {
    faults.push({ key: "key_file", problem: "must lie in a directory that exists" });
  }
  if (config.cloud !== undefined) {
    checkCloud(config.cloud, faults);
  }
  if (config.api.port !== false && !isLoopback(config.api.host)) {
    faults.push({
      key: "api.host",
      problem: "must be a loopback address: without TLS the API is not served to the network",
    });
  }
  if (config.api.port !== false && config.api.port !== 0 && config.api.port < 1024) {
    faults.push({ key: "api.port", problem: "must be 0 or above 1023: the daemon is not root" });
  }
  if (!isTimeZone(config.clock.timeZone)) {
    faults.push({
      key: "clock.time_zone",
      problem: "must be an IANA time zone such as Europe/Berlin",
    });
  }
  const tcp = /^tcp:\/\/.+:([0-9]+)$/.exec(config.stick.path);
  if (tcp !== null && !(Number(tcp[1]) >= 1 && Number(tcp[1]) <= 65_535)) {
    faults.push({ key: "stick.path", problem: "must have a port from 1 to 65535" });
  }
}

function checkCloud(cloud: CloudConfig, faults: Fault[]): void {
  if (!URL.canParse(cloud.url)) {
    faults.push({ key: "cloud.url", problem: "must be a URL" });
  }
  if ((cloud.certFile === undefined) !== (cloud.keyFile === undefined)) {
    faults.push({
      key: cloud.certFile === undefined ? "cloud.cert_file" : "cloud.key_file",
      problem: "is missing: a client certificate and its key go together",
    });
  }
  const isTls = cloud.url.startsWith("mqtts:") || cloud.url.startsWith("wss:");
  if (!isTls && (cloud.certFile !== undefined || cloud.caFile !== undefined)) {
    faults.push({
      key: "cloud.url",
      problem: "must be mqtts:// or wss:// where certificates are given",
    });
  }
  if (cloud.passwordFile !== undefined && cloud.username === undefined) {
    faults.push({ key: "cloud.username", problem: "is missing: a password needs one" });
  }
  if (cloud.reconnect.minMs > cloud.reconnect.maxMs) {
    faults.push({ key: "cloud.reconnect.min_ms", problem: "must not be above max_ms" });
  }
}

/** The names and addresses that only this machine can reach. */
function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}

function isTimeZone(name: string): boolean {
  try {
    return Intl.DateTimeFormat("en", { timeZone: name }).resolvedOptions().timeZone !== "";
  } catch {
    return false;
  }
}
