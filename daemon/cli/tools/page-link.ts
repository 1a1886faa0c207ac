import { isJsonList, type JsonObject } from "../../base/json.ts";
import { GatewayError } from "../../core/model/errors.ts";
import type { Session } from "../session.ts";

export interface PageLinkOptions {
  /** For how long a pass is good: `4h`, `30m`, `2d`. */
  readonly pass?: string;
  readonly for?: string;
  readonly home?: readonly string[];
}

const unitSeconds: Readonly<Record<string, number>> = { m: 60, h: 3_600, d: 86_400 };

/**
 * Shows the page's address, with a QR code for the phone's camera.
 * @throws GatewayError `badParameters` for a length of time that is not understood, DaemonUnreachable
 */
export async function showPageLink(session: Session, options: PageLinkOptions): Promise<void> {
  if (options.pass === undefined && (options.for !== undefined || options.home !== undefined)) {
    throw new GatewayError("badParameters", "--for and --home go with --pass");
  }
  const reply = await session.client().command("page_link", {
    ...(options.pass === undefined ? {} : { life_s: lifeSeconds(options.pass) }),
    ...(options.for === undefined ? {} : { name: options.for }),
    ...(options.home === undefined ? {} : { homes: [...options.home] }),
  });
  if (reply.ErrNo !== 0 || session.isJson()) {
    session.finish(reply);
    return;
  }
  session.terminal.out(await linkText(reply));
}

/** @throws GatewayError `badParameters` */
function lifeSeconds(text: string): number {
  const [, number, unit = ""] = /^([1-9][0-9]{0,4})([mhd])$/.exec(text) ?? [];
  const seconds = Number(number) * (unitSeconds[unit] ?? Number.NaN);
  if (Number.isFinite(seconds)) return seconds;
  throw new GatewayError("badParameters", `--pass: ${text} is not a length such as 30m, 4h or 2d`);
}

const intros: Readonly<Record<string, string>> = {
  setup: "This gateway has no account yet. Open this link once to make the first one:",
  pass: "An installer's pass. This link lets one browser in, once:",
  address: "The page of this gateway:",
};

async function linkText(reply: JsonObject): Promise<string> {
  const { kind, url, other_urls: others, expires_at: endS } = reply;
  const { fingerprint, ca_fingerprint: authorityFingerprint } = reply;
  const { renderUnicodeCompact } = await import("uqr");
  const lines = [
    intros[String(kind)] ?? "",
    "",
    renderUnicodeCompact(String(url), { border: 2 }),
    "",
    `  ${String(url)}`,
    ...(isJsonList(others) ? others.map((one) => `  ${String(one)}`) : []),
  ];
  if (typeof endS === "number" && endS > 0) {
    lines.push("", `It ends ${new Date(endS * 1000).toLocaleString()}.`);
  }
  if (typeof fingerprint === "string") {
    lines.push("", "The browser warns once. Its certificate must have this SHA-256 fingerprint:");
    lines.push(...inTwoLines(fingerprint));
  }
  if (typeof authorityFingerprint === "string") {
    lines.push("", "Who installs the gateway's authority (/ca.crt) compares it with this one:");
    lines.push(...inTwoLines(authorityFingerprint));
  }
  return `${lines.join("\n")}\n`;
}

/** A fingerprint is as long as a line of a terminal has room for, and longer. */
function inTwoLines(fingerprint: string): readonly string[] {
  return [`  ${fingerprint.slice(0, 47)}`, `  ${fingerprint.slice(48)}`];
}
