import fc from "fast-check";
import { resourcesOf } from "../../../daemon/api/routes/resources.ts";
import type { Command } from "../../../daemon/commands/command.ts";
import { oddText } from "./odd-values.ts";

/** Request lines, odd and right. */

const fixedPaths = [
  "/openapi/v1/access_token",
  "/api/health",
  "/api/events",
  "/api/pairing/events",
  "/metrics",
  "/openapi.json",
  "/docs",
  "/api/network/map.svg",
  "/api.json",
  "/v1/order_add",
  "/",
  "//",
  "*",
  "/favicon.ico",
  "/.git/config",
  "/api/locks/../events",
  "/openapi/v1/../../etc/passwd",
  "/openapi/v1/%2e%2e%2fadmin",
  "/openapi/v1/%zz",
  "/openapi/v1/toString",
  "/openapi/v1/__proto__",
];

/** Generates a path that is served, or is not, mostly with an odd query. */
export function oddPath(commands: readonly Command[]): fc.Arbitrary<string> {
  const base = fc.oneof(
    fc.constantFrom(...fixedPaths),
    fc.constantFrom(...commands.map(({ name }) => `/openapi/v1/${name}`)),
    fc.constantFrom(...resourcesOf(commands).map(({ path }) => path)),
    oddText.map((text) => `/${inUrl(text)}`),
  );
  const query = fc.oneof(
    { weight: 2, arbitrary: fc.constant("") },
    {
      weight: 1,
      arbitrary: fc
        .array(fc.tuple(oddText, oddText), { maxLength: 4 })
        .map((pairs) =>
          `?${pairs.map(([name, value]) => `${inUrl(name)}=${inUrl(value)}`).join("&")}`.slice(
            0,
            4000,
          ),
        ),
    },
  );
  return fc.tuple(base, query).map((parts) => parts.join(""));
}

/** Fields as a query. */
export function queryOf(fields: Readonly<Record<string, unknown>>): string {
  const pairs = Object.entries(fields).map(([name, value]) => {
    const text = typeof value === "string" ? value : (JSON.stringify(value) ?? "");
    return `${inUrl(name)}=${inUrl(text)}`;
  });
  return pairs.join("&").slice(0, 3000);
}

/** Characters that a request line cannot have are escaped; everything else stays as it is. */
export function inUrl(text: string): string {
  return text.replaceAll(/[^!-~]|[#?&=+ ]/gu, (char) =>
    [...Buffer.from(char)].map((byte) => `%${byte.toString(16).padStart(2, "0")}`).join(""),
  );
}
