import { readFile } from "node:fs/promises";
import { createTransport } from "nodemailer";
import type { JsonObject } from "../base/json.ts";
import type { PostResult } from "../callbacks/poster.ts";
import { cleanText } from "../core/input/plain-text.ts";
import { type MailConfig, mailAddressOf } from "./mail-address.ts";

/** Time limits of each step with the server, and of all of them. */
const stepTimeoutMs = 10_000;
const mailTimeoutMs = 20_000;
/** Limit of the server's text that is kept for people to read. */
const maxWhyLength = 200;

/**
 * Hands one message to the mail server over a connection of its own (RFC 5321, RFC 8314). Faults of the server are
 * results. @throws (rejects) when a file of the configuration cannot be read
 */
export async function mail(
  config: MailConfig,
  caFile: string | undefined,
  fields: JsonObject,
  signal: AbortSignal,
): Promise<PostResult> {
  const to = mailAddressOf(String(fields["to"]), config);
  if (to === null) return { kind: "refused", why: "the recipient has no mail address" };
  const transport = createTransport(await optionsOf(config, caFile));
  try {
    const { subject, text } = letterOf(fields);
    const sending = transport.sendMail({ from: config.from, to, subject, text });
    const deadline = AbortSignal.any([signal, AbortSignal.timeout(mailTimeoutMs)]);
    const { accepted } = await Promise.race([sending, abortOf(deadline)]);
    return accepted.length > 0 ? { kind: "accepted" } : { kind: "refused", why: "not accepted" };
  } catch (cause) {
    return resultOf(cause);
  } finally {
    transport.close();
  }
}

async function optionsOf(config: MailConfig, caFile: string | undefined) {
  const url = new URL(config.url);
  const isSecure = url.protocol === "smtps:";
  const password = config.passwordFile && (await readFile(config.passwordFile, "utf8")).trimEnd();
  const isHere = ["localhost", "[::1]", "127.0.0.1"].includes(url.hostname);
  return {
    host: url.hostname.replace(/^\[(.*)\]$/, "$1"),
    port: Number(url.port) || (isSecure ? 465 : 587),
    secure: isSecure,
    requireTLS: !isSecure && !isHere,
    ...(config.username === undefined
      ? {}
      : { auth: { user: config.username, pass: password ?? "" } }),
    tls: {
      minVersion: "TLSv1.2" as const,
      // Explicit: NODE_TLS_REJECT_UNAUTHORIZED=0 in the environment must not switch it off.
      rejectUnauthorized: true,
      ...(caFile === undefined ? {} : { ca: await readFile(caFile, "utf8") }),
    },
    connectionTimeout: stepTimeoutMs,
    greetingTimeout: stepTimeoutMs,
    socketTimeout: stepTimeoutMs,
    disableFileAccess: true,
    disableUrlAccess: true,
  };
}

/** Returns the mail. The code is only in its text, because locked screens show subjects. */
function letterOf(fields: JsonObject): { readonly subject: string; readonly text: string } {
  const lock = lineText(fields["lock_name"]);
  const code = String(fields["code"]);
  if (fields["kind"] === "verificationCode") {
    const subject = lock === "" ? "Your verification code" : `Your verification code for ${lock}`;
    return { subject, text: `${code}\n\nIt is good for five minutes.\n` };
  }
  const lines = [
    `Your code for ${lock}: ${code}`,
    ...lineOf("For", fields["name"] === "" ? null : lineText(fields["name"])),
    ...lineOf("Good from", timeOf(fields["valid_from"])),
    ...lineOf("Good until", timeOf(fields["valid_until"])),
  ];
  return { subject: `Your code for ${lock}`, text: `${lines.join("\n")}\n` };
}

/** Returns a name that people chose on one line, so that it cannot imitate text of the mail. */
function lineText(name: unknown): string {
  return cleanText(String(name).replaceAll(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, " "));
}

function lineOf(label: string, value: string | null): string[] {
  return value === null ? [] : [`${label}: ${value}`];
}

function timeOf(atMs: unknown): string | null {
  if (typeof atMs !== "number") return null;
  return `${new Date(atMs).toISOString().slice(0, 16).replace("T", " ")} UTC`;
}

function abortOf(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const fail = () => reject(signal.reason);
    if (signal.aborted) fail();
    else signal.addEventListener("abort", fail, { once: true });
  });
}

/** A server's 5xx answer is a refusal; any other fault may be temporary. */
function resultOf(cause: unknown): PostResult {
  if (!(cause instanceof Error)) return { kind: "unreachable", why: "not reached" };
  const status = "responseCode" in cause ? Number(cause.responseCode) : 0;
  const code = "code" in cause && typeof cause.code === "string" ? cause.code : cause.name;
  const why = `${code}${status > 0 ? ` ${status}` : ""}`.slice(0, maxWhyLength);
  return { kind: status >= 500 ? "refused" : "unreachable", why };
}
