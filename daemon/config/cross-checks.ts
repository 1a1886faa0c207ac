import { accessSync, constants, statSync } from "node:fs";
import { isIP } from "node:net";
import { dirname } from "node:path";
import type { Static, TSchema } from "typebox";
import { isTimeZone } from "../core/time/time-zone.ts";
import type { Fault } from "./document.ts";
import { type ConfigDocument, configSchema } from "./schema.ts";
import { matchesSchema } from "./schema-check.ts";

/** Returns whether a file exists and may be read. */
export function isReadable(file: string): boolean {
  try {
    accessSync(file, constants.R_OK);
    return statSync(file).isFile();
  } catch {
    return false;
  }
}

/**
 * Checks what a schema cannot: keys that need each other, and files that must exist. A section is checked if it
 * matches its own schema, whatever is wrong with the others.
 */
export function checkAcrossKeys(document: unknown, faults: Fault[]): void {
  const { api, callbacks, clock, cloud, key_file, messages, stick, sync } = configSchema.properties;
  const keyFile = keyOf(document, "key_file", key_file);
  if (keyFile !== undefined && !isDirectory(dirname(keyFile))) {
    faults.push({ key: "key_file", problem: "must lie in a directory that exists" });
  }
  const tcp = /^tcp:\/\/.+:([0-9]+)$/.exec(keyOf(document, "stick", stick)?.path ?? "");
  if (tcp !== null && !(Number(tcp[1]) >= 1 && Number(tcp[1]) <= 65_535)) {
    faults.push({ key: "stick.path", problem: "must have a port from 1 to 65535" });
  }
  const timeZone = keyOf(document, "clock", clock)?.time_zone;
  if (timeZone !== undefined && !isTimeZone(timeZone)) {
    faults.push({
      key: "clock.time_zone",
      problem: "must be an IANA time zone such as Europe/Berlin",
    });
  }
  const caFile = keyOf(document, "callbacks", callbacks)?.ca_file;
  if (caFile !== undefined && !isReadable(caFile)) {
    faults.push({
      key: "callbacks.ca_file",
      problem: `must name a readable file; ${caFile} is none`,
    });
  }
  const messagesSection = keyOf(document, "messages", messages);
  if (messagesSection !== undefined) {
    checkMessages(messagesSection, faults);
  }
  const apiSection = keyOf(document, "api", api);
  if (apiSection !== undefined) {
    checkApi(apiSection, faults);
  }
  const syncSection = keyOf(document, "sync", sync);
  if (syncSection !== undefined) {
    checkSync(syncSection, faults);
  }
  const cloudSection = keyOf(document, "cloud", cloud);
  if (cloudSection !== undefined) {
    checkCloud(cloudSection, faults);
  }
}

/** Returns a key's value, or undefined if it is absent or does not match its schema. */
function keyOf<S extends TSchema>(
  document: unknown,
  key: string,
  schema: S,
): Static<S> | undefined {
  const value: unknown =
    typeof document === "object" && document !== null ? Reflect.get(document, key) : undefined;
  return matchesSchema(schema, value) ? value : undefined;
}

function checkMessages(messages: ConfigDocument["messages"], faults: Fault[]): void {
  const { webhook_url: text, ca_file: caFile } = messages;
  if (caFile !== undefined && !isReadable(caFile)) {
    faults.push({
      key: "messages.ca_file",
      problem: `must name a readable file; ${caFile} is none`,
    });
  }
  if (messages.smtp !== undefined) checkMail(messages.smtp, faults);
  if (text === undefined) return;
  const url = URL.canParse(text) ? new URL(text) : null;
  if (url === null || (url.protocol === "http:" && !isLoopback(url.hostname))) {
    const problem = "must be an https:// URL, or http:// on this machine: messages hold codes";
    faults.push({ key: "messages.webhook_url", problem });
  }
}

function checkMail(smtp: NonNullable<ConfigDocument["messages"]["smtp"]>, faults: Fault[]): void {
  const { password_file: passwordFile, url, username } = smtp;
  if (!URL.canParse(url)) faults.push({ key: "messages.smtp.url", problem: "must be a URL" });
  if (passwordFile !== undefined && !isReadable(passwordFile)) {
    const problem = `must name a readable file; ${passwordFile} is none`;
    faults.push({ key: "messages.smtp.password_file", problem });
  }
  if ((passwordFile === undefined) !== (username === undefined)) {
    const missing = username === undefined ? "username" : "password_file";
    const problem = "is missing: a user name and its password go together";
    faults.push({ key: `messages.smtp.${missing}`, problem });
  }
}

function checkApi(api: ConfigDocument["api"], faults: Fault[]): void {
  if (api.port === false) {
    return;
  }
  if (api.tls === "off" && !isLoopback(api.host)) {
    faults.push({
      key: "api.host",
      problem: "must be a loopback address: without TLS the API is not served to the network",
    });
  }
  if (api.tls === "files") {
    for (const key of ["cert_file", "key_file"] as const) {
      const file = api[key];
      if (file === undefined || !isReadable(file)) {
        faults.push({
          key: `api.${key}`,
          problem: "must name a readable file where api.tls is files",
        });
      }
    }
  }
  if (api.port !== 0 && api.port < 1024) {
    faults.push({ key: "api.port", problem: "must be 0 or above 1023: the daemon is not root" });
  }
}

function checkCloud(cloud: NonNullable<ConfigDocument["cloud"]>, faults: Fault[]): void {
  for (const key of ["password_file", "ca_file", "cert_file", "key_file"] as const) {
    const file = cloud[key];
    if (file !== undefined && !isReadable(file)) {
      faults.push({
        key: `cloud.${key}`,
        problem: `must name a readable file; ${file} is none`,
      });
    }
  }
  const urls = typeof cloud.url === "string" ? [cloud.url] : cloud.url;
  if (!urls.every((url) => URL.canParse(url))) {
    faults.push({ key: "cloud.url", problem: "must be a URL" });
  } else if (!cloud.allow_plain && urls.some(isPlainToOthers)) {
    faults.push({
      key: "cloud.url",
      problem:
        "must be mqtts:// or wss://, except to this machine: without TLS everybody on the way " +
        "reads codes and can open locks (cloud.allow_plain: true allows it all the same)",
    });
  }
  if ((cloud.cert_file === undefined) !== (cloud.key_file === undefined)) {
    faults.push({
      key: cloud.cert_file === undefined ? "cloud.cert_file" : "cloud.key_file",
      problem: "is missing: a client certificate and its key go together",
    });
  }
  const isTls = urls.every((url) => url.startsWith("mqtts:") || url.startsWith("wss:"));
  if (!isTls && (cloud.cert_file !== undefined || cloud.ca_file !== undefined)) {
    faults.push({
      key: "cloud.url",
      problem: "must be mqtts:// or wss:// where certificates are given",
    });
  }
  if (cloud.password_file !== undefined && cloud.username === undefined) {
    faults.push({ key: "cloud.username", problem: "is missing: a password needs one" });
  }
  if (cloud.reconnect.min_ms > cloud.reconnect.max_ms) {
    faults.push({ key: "cloud.reconnect.min_ms", problem: "must not be above max_ms" });
  }
}

function checkSync({ digest_key_file, protection }: ConfigDocument["sync"], faults: Fault[]): void {
  const files = {
    digest_key_file,
    "protection.cloud_keys_file": protection.cloud_keys_file,
  };
  for (const [key, file] of Object.entries(files)) {
    if (file !== undefined && !isReadable(file)) {
      faults.push({
        key: `sync.${key}`,
        problem: `must name a readable file; ${file} is none`,
      });
    }
  }
  const isOn = protection.commands !== "off" || protection.codes !== "off";
  if (isOn && protection.cloud_keys_file === undefined) {
    faults.push({
      key: "sync.protection.cloud_keys_file",
      problem: "is missing: the protection needs the cloud's keys",
    });
  }
}

function isPlainToOthers(text: string): boolean {
  const { protocol, hostname } = new URL(text);
  if (protocol !== "mqtt:" && protocol !== "ws:") return false;
  return !isLoopback(hostname.replace(/^\[(.*)\]$/, "$1").replace(/\.$/, ""));
}

/** Returns whether only this machine can reach a host. */
function isLoopback(host: string): boolean {
  return host === "localhost" || host === "::1" || (isIP(host) === 4 && host.startsWith("127."));
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
