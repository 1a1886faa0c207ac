import { createHmac } from "node:crypto";
import type { StoreView } from "../daemon/store/store.ts";

/**
 * Keyed hash over what is wanted (`desired`) and what locks have confirmed (`reported`), per gateway.
 * Codes enter as their keyed marks, so the digest tells nothing of them.
 */
export function stateDigest(view: StoreView, key: Buffer): string {
  const hash = createHmac("sha256", key);
  for (const password of view.list("password")) {
    const { lock, id, revision, code, window, isFrozen, isDeleted } = password;
    hash.update(
      JSON.stringify([lock, id, revision, code?.mark ?? null, window, isFrozen, isDeleted]),
    );
  }
  hash.update("|");
  for (const slot of view.list("slot")) {
    const { lock, userId, holder, appliedRevision, confidence, content } = slot;
    hash.update(JSON.stringify([lock, userId, holder, appliedRevision, confidence, content.kind]));
  }
  return hash.digest("base64url");
}
