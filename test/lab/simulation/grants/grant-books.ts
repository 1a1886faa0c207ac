import { isLockId, type LockId } from "../../../../daemon/core/model/door-lock.ts";
import type { ReplyEntry } from "../../../../daemon/core/model/journal.ts";
import type { PasswordOperation } from "../../../../daemon/core/model/password.ts";
import type { Books } from "../checks/books.ts";
import type { WantedWindow } from "../checks/desired-codes.ts";
import type { Findings } from "../checks/findings.ts";
import type { PasswordWish } from "../checks/password-wish.ts";
import type { RunningGateway } from "../gateway.ts";
import type { SentRequest } from "../life/cloud-request.ts";
import type { GrantAct } from "./grant-wish.ts";

/** A grant as the cloud knows it from the answers alone. */
export interface KnownGrant {
  readonly id: string;
  readonly code: string;
  window: WantedWindow;
  isFrozen: boolean;
  readonly isDuress: boolean;
  isRevoked: boolean;
  /** Its doors; one that was taken out or unpaired is not in it. */
  readonly doors: Map<LockId, number>;
}

/** What each command about all doors does with a password. */
const operations: Readonly<Record<Exclude<GrantAct["kind"], "create" | "add">, PasswordOperation>> =
  {
    remove: "delete",
    revoke: "delete",
    freeze: "freeze",
    unfreeze: "unfreeze",
    rewindow: "update",
  };

/** Keeps the cloud's grants, and says what each answer means for the passwords of the locks. */
export class GrantBooks {
  readonly known = new Map<string, KnownGrant>();
  /** The revision of each password after the last command about its grant. */
  readonly #revisions = new Map<string, number>();
  readonly #books: Books;
  readonly #findings: Findings;

  constructor(books: Books, findings: Findings) {
    this.#books = books;
    this.#findings = findings;
  }

  /** @param code the code that latchd made, or null */
  answered(
    gateway: RunningGateway,
    { act, id: commandId }: { readonly act: GrantAct; readonly id: SentRequest["id"] },
    { entry, code }: { readonly entry: ReplyEntry; readonly code: string | null },
  ): void {
    if (act.kind === "create") {
      this.#created(act, entry, code);
      return;
    }
    const grant = this.known.get(act.grant);
    if (grant === undefined) return;
    if (act.kind === "add") {
      // The answer also lists doors that are leaving the grant.
      this.#added(
        grant,
        doorsOf(entry).filter(([lock]) => lock === act.lock),
      );
      return;
    }
    for (const [lock, id] of grant.doors) {
      if (act.kind === "remove" && lock !== act.lock) continue;
      this.#changed(gateway, { act, commandId, lock, id });
      if (act.kind === "remove") grant.doors.delete(lock);
    }
    if (act.kind === "revoke") grant.isRevoked = true;
    else if (act.kind === "freeze") grant.isFrozen = true;
    else if (act.kind === "unfreeze") grant.isFrozen = false;
    else if (act.kind === "rewindow") grant.window = act.window;
  }

  /** The lock was unpaired: the ids of its passwords begin again. */
  removed(lock: LockId): void {
    for (const { doors } of this.known.values()) doors.delete(lock);
    for (const key of this.#revisions.keys()) {
      if (key.startsWith(`${lock}/`)) this.#revisions.delete(key);
    }
  }

  #created(
    { code: given, window, isDuress }: Extract<GrantAct, { kind: "create" }>,
    entry: ReplyEntry,
    made: string | null,
  ): void {
    const code = given ?? made;
    if (code === null) {
      this.#findings.add("faults", "a grant was made without a code");
      return;
    }
    const grant: KnownGrant = {
      id: String(entry.result["grant_id"]),
      code,
      window,
      isFrozen: false,
      isDuress,
      isRevoked: false,
      doors: new Map(),
    };
    this.known.set(grant.id, grant);
    if (given === null) this.#checkNew(code, entry);
    this.#added(grant, doorsOf(entry));
  }

  /** Checks that no lock of the grant ever showed the code that latchd made; a run is no longer than 90 days. */
  #checkNew(code: string, entry: ReplyEntry): void {
    for (const [lock] of doorsOf(entry)) {
      const { owners, hiddenCodes } = this.#books.of(lock);
      if (owners.has(code) && !hiddenCodes.has(code)) {
        this.#findings.add("codeTwice", `${lock} had the code of a new grant before`);
      }
    }
  }

  #added(grant: KnownGrant, doors: readonly (readonly [LockId, number])[]): void {
    const { code, window, isDuress, isFrozen } = grant;
    for (const [lock, id] of doors) {
      const wish = { kind: "add", code, window, isOneTime: false, isDuress } as const;
      this.#books.wish(lock, wish, id);
      this.#books.of(lock).grantIds.add(id);
      const wanted = this.#books.of(lock).passwords.get(id);
      if (wanted !== undefined) wanted.isFrozen = isFrozen;
      grant.doors.set(lock, id);
    }
  }

  /** A password that was used, deleted or is over needs nothing of its lock, and gets no completion. */
  #changed(
    { store }: RunningGateway,
    {
      act,
      commandId,
      lock,
      id,
    }: {
      readonly act: Exclude<GrantAct, { kind: "create" | "add" }>;
      readonly commandId: string;
      readonly lock: LockId;
      readonly id: number;
    },
  ): void {
    const wanted = this.#books.of(lock).passwords.get(id);
    if (wanted === undefined || wanted.isDeleted) return;
    const record = store.get("password", [lock, id]);
    const operation = operations[act.kind];
    const isDone =
      record === undefined
        ? operation === "delete"
        : record.asked?.commandId === commandId &&
          record.operation === operation &&
          record.revision > (this.#revisions.get(`${lock}/${id}`) ?? 1);
    if (record !== undefined) this.#revisions.set(`${lock}/${id}`, record.revision);
    if (isDone) this.#books.wish(lock, wishOf(act, id), id);
    else if (act.kind === "freeze" || act.kind === "unfreeze") {
      wanted.isFrozen = act.kind === "freeze";
    }
  }
}

function wishOf(act: Exclude<GrantAct, { kind: "create" | "add" }>, id: number): PasswordWish {
  switch (act.kind) {
    case "rewindow":
      return { kind: "rewindow", id, window: act.window };
    case "remove":
    case "revoke":
      return { kind: "delete", id };
    default:
      return { kind: act.kind, id };
  }
}

/** Returns the doors of a reply with the passwords on them. */
function doorsOf({ result }: ReplyEntry): readonly (readonly [LockId, number])[] {
  const { doors } = result;
  if (!Array.isArray(doors)) return [];
  return doors.flatMap((door: unknown) => {
    const fields = { ...Object(door) };
    const uuid: unknown = fields["uuid"];
    return typeof uuid === "string" && isLockId(uuid)
      ? [[uuid, Number(fields["password_id"])] as const]
      : [];
  });
}
