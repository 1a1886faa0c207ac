import type { IncomingHttpHeaders } from "node:http";

/**
 * Returns the name of the session's cookie. `__Host-` binds it to this host, to `/` and to TLS; a browser takes no such
 * cookie over plain HTTP, which only loopback may use.
 */
function cookieName(isSecure: boolean): string {
  return isSecure ? "__Host-latchd" : "latchd";
}

/** Returns the cookie of a request, or null. Two cookies of the name are none: one of them is not ours. */
export function sessionCookie(
  { cookie = "" }: IncomingHttpHeaders,
  isSecure: boolean,
): string | null {
  const prefix = `${cookieName(isSecure)}=`;
  const found = cookie
    .split(";")
    .map((part) => part.trim())
    .filter((part) => part.startsWith(prefix))
    .map((part) => part.slice(prefix.length));
  const [value] = found;
  return found.length === 1 && value !== undefined && /^[A-Za-z0-9_-]{43}$/.test(value)
    ? value
    : null;
}

/** Returns the `Set-Cookie` header that gives a browser its session, or with null takes it away. */
export function setCookie(value: string | null, isSecure: boolean): string {
  const life = value === null ? "; Max-Age=0" : "";
  const secure = isSecure ? "; Secure" : "";
  return `${cookieName(isSecure)}=${value ?? ""}; Path=/; HttpOnly; SameSite=Strict${secure}${life}`;
}
