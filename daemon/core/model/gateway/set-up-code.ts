/** Setting that holds the hash and the end of the code for the first account. */
export const setUpCodeSetting = "setUpCode";
/** Life of such a code. */
export const setUpCodeLifeMs = 60 * 60_000;

/** Returns the stored form: when the code ends, and the base64url SHA-256 of its 256 random bits. */
export function setUpCodeRecord(hash: string, expiresAtMs: number): { readonly value: string } {
  return { value: `${expiresAtMs}:${hash}` };
}

/** Returns the hash of a code that has not ended, or null. One that lives longer than any is of a time set back. */
export function validSetUpCode(
  record: { readonly value: unknown } | undefined,
  nowMs: number,
): string | null {
  if (typeof record?.value !== "string") return null;
  const [endMs, hash = ""] = record.value.split(":");
  const leftMs = Number(endMs) - nowMs;
  return leftMs > 0 && leftMs <= setUpCodeLifeMs ? hash : null;
}
