import { statSync } from "node:fs";
import { dirname } from "node:path";
import type { Static, TSchema } from "typebox";
import { isTimeZone } from "../core/time/time-zone.ts";
import { checkBroker, isLoopback, requireReadable } from "./broker-checks.ts";
import type { Fault } from "./document.ts";
import { unreadableReason } from "./readable-file.ts";
import { type ConfigDocument, configSchema } from "./schema.ts";
import { matchesSchema } from "./schema-check.ts";

/**
 * Checks what a schema cannot: keys that need each other, and files that must exist. A section is checked if it
 * matches its own schema, whatever is wrong with the others.
 */
export function checkAcrossKeys(document: unknown, faults: Fault[]): void {
  const { api, callbacks, clock, cloud, home_assistant, key_file, messages, stick, sync } =
    configSchema.properties;
  const check = <S extends TSchema>(
    key: string,
    schema: S,
    find: (value: Static<S>, faults: Fault[]) => void,
  ): void => {
    const value = keyOf(document, key, schema);
    if (value !== undefined) find(value, faults);
  };
  check("key_file", key_file, checkKeyFile);
  check("stick", stick, checkStick);
  check("clock", clock, checkClock);
  check("callbacks", callbacks, checkCallbacks);
  check("messages", messages, checkMessages);
  check("api", api, checkApi);
  check("sync", sync, checkSync);
  check("cloud", cloud, checkCloud);
  check("home_assistant", home_assistant, (section, found) =>
    checkHomeAssistant(section, keyOf(document, "cloud", cloud) !== undefined, found),
  );
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

function checkKeyFile(keyFile: ConfigDocument["key_file"], faults: Fault[]): void {
  if (keyFile !== undefined && !isDirectory(dirname(keyFile))) {
    faults.push({ key: "key_file", problem: "must lie in a directory that exists" });
  }
}

function checkStick({ path }: ConfigDocument["stick"], faults: Fault[]): void {
  const tcp = /^tcp:\/\/.+:([0-9]+)$/.exec(path);
  if (tcp !== null && !(Number(tcp[1]) >= 1 && Number(tcp[1]) <= 65_535)) {
    faults.push({ key: "stick.path", problem: "must have a port from 1 to 65535" });
  }
}

function checkClock({ time_zone: timeZone }: ConfigDocument["clock"], faults: Fault[]): void {
  if (timeZone !== undefined && !isTimeZone(timeZone)) {
    const problem = "must be an IANA time zone such as Europe/Berlin";
    faults.push({ key: "clock.time_zone", problem });
  }
}

function checkCallbacks({ ca_file: caFile }: ConfigDocument["callbacks"], faults: Fault[]): void {
  requireReadable({ "callbacks.ca_file": caFile }, faults);
}

function checkMessages(messages: ConfigDocument["messages"], faults: Fault[]): void {
  const { webhook_url: text, ca_file: caFile } = messages;
  requireReadable({ "messages.ca_file": caFile }, faults);
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
  requireReadable({ "messages.smtp.password_file": passwordFile }, faults);
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
      const reason = file === undefined ? null : unreadableReason(file);
      if (file !== undefined && reason === null) continue;
      const problem = "must name a readable file where api.tls is files";
      faults.push({
        key: `api.${key}`,
        problem: reason === null ? problem : `${problem}; ${file} ${reason}`,
      });
    }
  }
  if (api.port !== 0 && api.port < 1024) {
    faults.push({ key: "api.port", problem: "must be 0 or above 1023: the daemon is not root" });
  }
}

function checkCloud(cloud: NonNullable<ConfigDocument["cloud"]>, faults: Fault[]): void {
  checkBroker(
    "cloud",
    { ...cloud, urls: typeof cloud.url === "string" ? [cloud.url] : cloud.url },
    faults,
  );
  const { reconnect } = cloud;
  if (reconnect.min_ms > reconnect.max_ms) {
    faults.push({ key: "cloud.reconnect.min_ms", problem: "must not be above max_ms" });
  }
}

/** @param hasCloud whether there is a cloud, whose broker is used if the section names none */
function checkHomeAssistant(
  section: ConfigDocument["home_assistant"],
  hasCloud: boolean,
  faults: Fault[],
): void {
  if (section === undefined) return;
  const { url } = section;
  if (url !== undefined) {
    checkBroker("home_assistant", { ...section, urls: [url] }, faults);
    return;
  }
  if (!hasCloud) {
    const problem = "is missing: without a section cloud there is no other broker";
    faults.push({ key: "home_assistant.url", problem });
  }
  const keys = ["username", "password_file", "ca_file", "cert_file", "key_file"] as const;
  for (const key of keys) {
    if (section[key] === undefined) continue;
    const problem = "goes with url: without it the cloud's broker and credentials are used";
    faults.push({ key: `home_assistant.${key}`, problem });
  }
}

function checkSync({ digest_key_file, protection }: ConfigDocument["sync"], faults: Fault[]): void {
  requireReadable(
    {
      "sync.digest_key_file": digest_key_file,
      "sync.protection.cloud_keys_file": protection.cloud_keys_file,
    },
    faults,
  );
  const isOn = protection.commands !== "off" || protection.codes !== "off";
  if (isOn && protection.cloud_keys_file === undefined) {
    faults.push({
      key: "sync.protection.cloud_keys_file",
      problem: "is missing: the protection needs the cloud's keys",
    });
  }
}

function isDirectory(path: string): boolean {
  return statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;
}
