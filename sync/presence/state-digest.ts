import { createHmac } from "node:crypto";
import type { LockId } from "../../daemon/core/model/door-lock.ts";
import type { PasswordRecord } from "../../daemon/core/model/password.ts";
import type { SealedCode } from "../../daemon/core/model/sealed-code.ts";
import type { Secret } from "../../daemon/core/model/secret.ts";
import type { SlotRecord } from "../../daemon/core/model/slot.ts";
import type { StoreView } from "../../daemon/store/store.ts";

/** Two hashes: over what is wanted, and over what locks have confirmed. Equal = nothing to repair. */
export interface Digest {
  readonly desired: string;
  readonly confirmed: string;
}

export interface LockDigest extends Digest {
  readonly uuid: LockId;
}

/** Codes whose hash is remembered; at the limit all are worked out anew. */
const maxRemembered = 10_000;
/** HMAC-SHA-256 is cut to so many bytes. */
const digestBytes = 16;

/**
 * Keyed hashes over the state, of each lock and in total. With a key that the cloud has too it works
 * them out itself from what it knows; without the key they tell nothing, a code of six digits
 * included. docs/mqtt.md has the recipe.
 */
export class StateDigest {
  readonly #view: StoreView;
  readonly #key: Uint8Array;
  readonly #open: (code: SealedCode, boundTo: string) => Secret;
  readonly #codes = new Map<string, string>();

  /** @param open opens a sealed code; one that it cannot open counts as none */
  constructor(
    view: StoreView,
    key: Uint8Array,
    open: (code: SealedCode, boundTo: string) => Secret,
  ) {
    this.#view = view;
    this.#key = key;
    this.#open = open;
  }

  /** Returns a proof over lines that this gateway's own messages carry; no line of a digest begins so. */
  prove(lines: readonly string[]): string {
    return this.#hash(["own", ...lines]);
  }

  total(): Digest {
    const locks = this.locks();
    const sum = (side: keyof Digest) =>
      this.#hash([side, ...locks.map((lock) => `${lock.uuid} ${lock[side]}`)]);
    return { desired: sum("desired"), confirmed: sum("confirmed") };
  }

  /** Every lock's, in the order of their ids. */
  locks(): readonly LockDigest[] {
    return [...this.#view.list("lock")].map(({ lock }) => this.#ofLock(lock));
  }

  /** @returns null when no such lock is paired. */
  lock(lock: LockId): LockDigest | null {
    return this.#view.get("lock", [lock]) === undefined ? null : this.#ofLock(lock);
  }

  #ofLock(lock: LockId): LockDigest {
    const wanted = [...this.#view.list("password", [lock])]
      .filter(({ isDeleted, consumedAtMs }) => !isDeleted && consumedAtMs === null)
      .map((password) => this.#desiredLine(password));
    const held = [...this.#view.list("slot", [lock])].flatMap(confirmedLine);
    held.sort((a, b) => a.passwordId - b.passwordId);
    return {
      uuid: lock,
      desired: this.#hash([`desired ${lock}`, ...wanted]),
      confirmed: this.#hash([`confirmed ${lock}`, ...held.map(({ line }) => line)]),
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
      // A code that no key opens any more differs from what the cloud wants: the digest shows it.
    }
    if (this.#codes.size >= maxRemembered) this.#codes.clear();
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

/** What a lock is sure to hold of one password; nothing for a slot that is not sure, or nobody's. */
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
