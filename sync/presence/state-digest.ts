import { createHmac } from "node:crypto";
import type { LockId } from "../../daemon/core/model/door-lock.ts";
import type { PasswordRecord } from "../../daemon/core/model/password.ts";
import type { SealedCode } from "../../daemon/core/model/sealed-code.ts";
import type { Secret } from "../../daemon/core/model/secret.ts";
import type { SlotRecord } from "../../daemon/core/model/slot.ts";
import type { StoreView } from "../../daemon/store/store.ts";

/** Two hashes: over what is desired, and over what the locks have confirmed. */
export interface Digest {
  readonly desired: string;
  readonly confirmed: string;
}

export interface LockDigest extends Digest {
  readonly uuid: LockId;
}

/** The limit of cached hashes of codes. At the limit the cache is emptied. */
const maxCachedCodes = 10_000;
/** HMAC-SHA-256 is cut to this length. */
const digestBytes = 16;

/**
 * Computes keyed hashes over the state, of each lock and in total. A cloud with the same key can compute them
 * too; without the key they reveal nothing, not even a code of six digits. docs/mqtt.md has the recipe.
 */
export class StateDigest {
  readonly #view: StoreView;
  readonly #key: Uint8Array;
  readonly #open: (code: SealedCode, boundTo: string) => Secret;
  readonly #codes = new Map<string, string>();

  /** @param open opens a sealed code; a code that it cannot open counts as no code */
  constructor(
    view: StoreView,
    key: Uint8Array,
    open: (code: SealedCode, boundTo: string) => Secret,
  ) {
    this.#view = view;
    this.#key = key;
    this.#open = open;
  }

  /** Returns a proof over lines of this gateway's own messages. "own" separates it from every digest. */
  prove(lines: readonly string[]): string {
    return this.#hash(["own", ...lines]);
  }

  total(): Digest {
    const locks = this.locks();
    const sum = (side: keyof Digest) =>
      this.#hash([side, ...locks.map((lock) => `${lock.uuid} ${lock[side]}`)]);
    return { desired: sum("desired"), confirmed: sum("confirmed") };
  }

  /** Returns the digest of every lock, in the sequence of their ids. */
  locks(): readonly LockDigest[] {
    return [...this.#view.list("lock")].map(({ lock }) => this.#ofLock(lock));
  }

  /** Returns null if no such lock is paired. */
  lock(lock: LockId): LockDigest | null {
    return this.#view.get("lock", [lock]) === undefined ? null : this.#ofLock(lock);
  }

  #ofLock(lock: LockId): LockDigest {
    const wanted = [...this.#view.list("password", [lock])]
      .filter(({ isDeleted, consumedAtMs }) => !isDeleted && consumedAtMs === null)
      .map((password) => this.#desiredLine(password));
    const confirmed = [...this.#view.list("slot", [lock])].flatMap(confirmedLine);
    confirmed.sort((a, b) => a.passwordId - b.passwordId);
    return {
      uuid: lock,
      desired: this.#hash([`desired ${lock}`, ...wanted]),
      confirmed: this.#hash([`confirmed ${lock}`, ...confirmed.map(({ line }) => line)]),
    };
  }

  #desiredLine(password: PasswordRecord): string {
    const { id, revision, isFrozen, isOneTime, isDuress, window } = password;
    const { beginMs, endMs, weekly } = window;
    return JSON.stringify([
      id,
      revision,
      isFrozen ? 1 : 0,
      beginMs === null ? 0 : Math.floor(beginMs / 1000),
      endMs === null ? 0 : Math.floor(endMs / 1000),
      weekly === null
        ? null
        : [weekly.daysMask, weekly.startMinute, weekly.endMinute, weekly.timeZone],
      isOneTime ? 1 : 0,
      isDuress ? 1 : 0,
      this.#codeHash(password),
    ]);
  }

  #codeHash({ lock, code, sealedFor }: PasswordRecord): string {
    if (code === null) return "";
    const known = this.#codes.get(code.box);
    if (known !== undefined) return known;
    let hash = "";
    try {
      hash = this.#hash([`code ${lock} ${this.#open(code, sealedFor).reveal()}`]);
    } catch {
      // A code that no key opens any more must show as a difference from what the cloud wants.
    }
    if (this.#codes.size >= maxCachedCodes) this.#codes.clear();
    this.#codes.set(code.box, hash);
    return hash;
  }

  #hash(lines: readonly string[]): string {
    return createHmac("sha256", this.#key)
      .update(lines.join("\n"))
      .digest()
      .subarray(0, digestBytes)
      .toString("base64url");
  }
}

/** Returns what a lock has confirmed of one password; nothing for a slot that is unconfirmed or has no holder. */
function confirmedLine(slot: SlotRecord): { passwordId: number; line: string }[] {
  const { holder, content, confidence, mayDiffer, appliedRevision } = slot;
  if (holder === null || mayDiffer || confidence !== "confirmed" || content.kind === "unknown") {
    return [];
  }
  const state =
    content.kind === "empty"
      ? "empty"
      : content.userStatus === "occupiedEnabled"
        ? "enabled"
        : "disabled";
  const line = JSON.stringify([holder, appliedRevision, state]);
  return [{ passwordId: holder, line }];
}
