/** What this browser can learn of the gateway's own authority. `fingerprint` null = it cannot compute one. */
export type Authority =
  | { readonly kind: "plain" }
  | { readonly kind: "none" }
  | { readonly kind: "found"; readonly fingerprint: string | null };

export const authorityUrl = "/ca.crt";

/** @throws TypeError when the gateway does not answer */
export async function readAuthority(): Promise<Authority> {
  if (location.protocol !== "https:") return { kind: "plain" };
  const response = await fetch(authorityUrl, { cache: "no-store" });
  if (!response.ok) return { kind: "none" };
  const der = certificateOf(new Uint8Array(await response.arrayBuffer()));
  // Browsers offer it in secure contexts only.
  const { subtle } = crypto;
  if (der === null || subtle === undefined) return { kind: "found", fingerprint: null };
  return { kind: "found", fingerprint: hexOf(await subtle.digest("SHA-256", der)) };
}

/** Returns the first certificate of a PEM text as DER, or null for another file. */
function certificateOf(file: Uint8Array): Uint8Array<ArrayBuffer> | null {
  const text = new TextDecoder().decode(file);
  const found = /-----BEGIN CERTIFICATE-----([A-Za-z0-9+/=\s]+)-----END CERTIFICATE-----/.exec(
    text,
  );
  if (found === null) return null;
  const binary = atob((found[1] ?? "").replaceAll(/\s/g, ""));
  return Uint8Array.from(binary, (character) => character.charCodeAt(0));
}

/** Returns bytes as browsers show a fingerprint: `AB:CD:…`. */
function hexOf(bytes: ArrayBuffer): string {
  return Array.from(new Uint8Array(bytes), (byte) => byte.toString(16).padStart(2, "0"))
    .join(":")
    .toUpperCase();
}
