/** Largest body of a message from the cloud, in bytes. A larger one is rejected without reading it. */
export const maxBodyBytes = 64 * 1024;
/** Deepest nesting of objects and arrays in it. */
export const maxBodyDepth = 16;

/** A body as JSON, or why it was rejected. */
export type Body =
  | { readonly ok: true; readonly value: unknown }
  | {
      readonly ok: false;
      readonly reason: string;
      readonly id?: string;
      /** The cloud has not signed it: the reply is `permissionDenied` in place of `badParameters`. */
      readonly isForged?: true;
    };

const utf8 = new TextDecoder("utf-8", { fatal: true });

/** Reads the body of a message from the cloud within its limits. Never throws. */
export function parseBody(payload: Uint8Array): Body {
  if (payload.byteLength > maxBodyBytes) {
    return { ok: false, reason: `body of ${payload.byteLength} bytes is over ${maxBodyBytes}` };
  }
  let value: unknown;
  try {
    value = JSON.parse(utf8.decode(payload));
  } catch {
    // The engine's message may quote the body, which may hold a code.
    return { ok: false, reason: "body is not JSON in UTF-8" };
  }
  const fault = faultIn(value, 1);
  if (fault === null) return { ok: true, value };
  const id = commandIdOf(value);
  return { ok: false, reason: fault, ...(id === null ? {} : { id }) };
}

/** Returns the command id of `value` if it is valid, a text of 1 … 128 characters; else null. */
export function commandIdOf(value: unknown): string | null {
  if (typeof value !== "object" || value === null || !("id" in value)) return null;
  const { id } = value;
  return typeof id === "string" && id.length >= 1 && id.length <= 128 ? id : null;
}

/** Returns what is wrong with a value, or null. The recursion ends at {@link maxBodyDepth}. */
function faultIn(value: unknown, depth: number): string | null {
  if (typeof value !== "object" || value === null) return null;
  if (depth > maxBodyDepth) return `body is nested deeper than ${maxBodyDepth}`;
  for (const key of Object.keys(value)) {
    if (key === "__proto__") return "body has a field __proto__";
  }
  for (const child of Object.values(value)) {
    const fault = faultIn(child, depth + 1);
    if (fault !== null) return fault;
  }
  return null;
}
