import { strict as assert } from "node:assert";
import type { Json } from "../base/json.ts";
import { compareParts, keyLengths } from "./keys.ts";
import type { Key, KeyPart, TableName, Tables } from "./store.ts";

/**
 * All records of one table, as a tree with one level per key part. Each level keeps its parts sorted, so that
 * listing a prefix reads only the records with that prefix.
 */
class Branch<R> {
  /** Parts in key order; `#under` has the same ones. */
  readonly #parts: KeyPart[] = [];
  readonly #under = new Map<KeyPart, Branch<R> | { readonly record: R }>();

  get isEmpty(): boolean {
    return this.#parts.length === 0;
  }

  /** Returns the number of records that it added: 0 when it replaced one. */
  put(key: Key, record: R): 0 | 1 {
    const [part, rest] = split(key);
    const under = this.#under.get(part);
    if (rest.length > 0) {
      if (under instanceof Branch) {
        return under.put(rest, record);
      }
      const branch = new Branch<R>();
      this.#insert(part, branch);
      return branch.put(rest, record);
    }
    if (under !== undefined) {
      this.#under.set(part, { record });
      return 0;
    }
    this.#insert(part, { record });
    return 1;
  }

  /** Returns the number of records that it removed. */
  remove(key: Key): 0 | 1 {
    const [part, rest] = split(key);
    const under = this.#under.get(part);
    if (under === undefined) {
      return 0;
    }
    const removed = under instanceof Branch ? under.remove(rest) : 1;
    if (!(under instanceof Branch) || under.isEmpty) {
      this.#under.delete(part);
      this.#parts.splice(this.#position(part), 1);
    }
    return removed;
  }

  find(key: Key): Branch<R> | { readonly record: R } | undefined {
    if (key.length === 0) {
      return this;
    }
    const [part, rest] = split(key);
    const under = this.#under.get(part);
    return under instanceof Branch ? under.find(rest) : under;
  }

  collect(into: R[]): void {
    for (const part of this.#parts) {
      const under = this.#under.get(part);
      if (under instanceof Branch) {
        under.collect(into);
      } else if (under !== undefined) {
        into.push(under.record);
      }
    }
  }

  #insert(part: KeyPart, under: Branch<R> | { readonly record: R }): void {
    this.#parts.splice(this.#position(part), 0, part);
    this.#under.set(part, under);
  }

  /** Returns the index of the first part that is not before `part`. */
  #position(part: KeyPart): number {
    let low = 0;
    let high = this.#parts.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      const there = this.#parts[middle];
      if (there !== undefined && compareParts(there, part) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }
}

function split(key: Key): [KeyPart, Key] {
  const [part, ...rest] = key;
  assert.ok(part !== undefined, "a key has at least one part");
  return [part, rest];
}

/** One table in memory: `get` by parts, `list` in key order. */
class MemoryTable<R> {
  readonly #root = new Branch<R>();
  readonly #keyLength: number;
  #size = 0;

  constructor(keyLength: number) {
    this.#keyLength = keyLength;
  }

  get size(): number {
    return this.#size;
  }

  get(key: Key): R | undefined {
    assert.equal(key.length, this.#keyLength, "a full key is needed to get a record");
    const found = this.#root.find(key);
    return found === undefined || found instanceof Branch ? undefined : found.record;
  }

  /** Returns a snapshot: changes during the iteration do not affect it. */
  list(prefix: Key): R[] {
    assert.ok(prefix.length <= this.#keyLength, "a prefix is no longer than a key");
    const found = this.#root.find(prefix);
    const records: R[] = [];
    if (found instanceof Branch) {
      found.collect(records);
    } else if (found !== undefined) {
      records.push(found.record);
    }
    return records;
  }

  put(key: Key, record: R): void {
    assert.equal(key.length, this.#keyLength, "a full key is needed to put a record");
    this.#size += this.#root.put(key, record);
  }

  remove(key: Key): void {
    assert.equal(key.length, this.#keyLength, "a full key is needed to remove a record");
    this.#size -= this.#root.remove(key);
  }
}

/** Every table in memory. Records in it are frozen. */
export class MemoryTables {
  readonly #tables: { readonly [T in TableName]: MemoryTable<Tables[T]> } = {
    lock: new MemoryTable(keyLengths.lock),
    password: new MemoryTable(keyLengths.password),
    slot: new MemoryTable(keyLengths.slot),
    inbox: new MemoryTable(keyLengths.inbox),
    client: new MemoryTable(keyLengths.client),
    token: new MemoryTable(keyLengths.token),
    attempt: new MemoryTable(keyLengths.attempt),
    setting: new MemoryTable(keyLengths.setting),
    home: new MemoryTable(keyLengths.home),
    room: new MemoryTable(keyLengths.room),
    binding: new MemoryTable(keyLengths.binding),
    removal: new MemoryTable(keyLengths.removal),
    order: new MemoryTable(keyLengths.order),
    callback: new MemoryTable(keyLengths.callback),
    member: new MemoryTable(keyLengths.member),
    opmode: new MemoryTable(keyLengths.opmode),
    gesture: new MemoryTable(keyLengths.gesture),
    verification: new MemoryTable(keyLengths.verification),
    message: new MemoryTable(keyLengths.message),
    lockKey: new MemoryTable(keyLengths.lockKey),
    erasure: new MemoryTable(keyLengths.erasure),
    commandStamp: new MemoryTable(keyLengths.commandStamp),
    account: new MemoryTable(keyLengths.account),
    pass: new MemoryTable(keyLengths.pass),
    session: new MemoryTable(keyLengths.session),
    grant: new MemoryTable(keyLengths.grant),
    usedCode: new MemoryTable(keyLengths.usedCode),
  };

  get<T extends TableName>(table: T, key: Key): Tables[T] | undefined {
    return this.#tables[table].get(key);
  }

  list<T extends TableName>(table: T, prefix: Key): Tables[T][] {
    return this.#tables[table].list(prefix);
  }

  put<T extends TableName>(table: T, key: Key, record: Tables[T]): void {
    this.#tables[table].put(key, record);
  }

  /** Puts a record as it was stored, in JSON. */
  load(table: TableName, key: Key, stored: Json): void {
    const tables: { readonly [T in TableName]: { put(key: Key, record: unknown): void } } =
      this.#tables;
    tables[table].put(key, stored);
  }

  remove(table: TableName, key: Key): void {
    this.#tables[table].remove(key);
  }

  /** Number of records of each table. */
  get sizes(): Readonly<Record<TableName, number>> {
    const tables = this.#tables;
    return {
      lock: tables.lock.size,
      password: tables.password.size,
      slot: tables.slot.size,
      inbox: tables.inbox.size,
      client: tables.client.size,
      token: tables.token.size,
      attempt: tables.attempt.size,
      setting: tables.setting.size,
      home: tables.home.size,
      room: tables.room.size,
      binding: tables.binding.size,
      removal: tables.removal.size,
      order: tables.order.size,
      callback: tables.callback.size,
      member: tables.member.size,
      opmode: tables.opmode.size,
      gesture: tables.gesture.size,
      verification: tables.verification.size,
      message: tables.message.size,
      lockKey: tables.lockKey.size,
      erasure: tables.erasure.size,
      commandStamp: tables.commandStamp.size,
      account: tables.account.size,
      pass: tables.pass.size,
      session: tables.session.size,
      grant: tables.grant.size,
      usedCode: tables.usedCode.size,
    };
  }
}
