/** Rows of the stick's own group table (APS_MAX_GROUPS). */
const groupRows = 16;

interface GroupRow {
  readonly endpoint: number;
  readonly groupId: number;
  readonly name: Uint8Array;
}

/** Which of the stick's own endpoints listen to which groups. */
export class GroupTable {
  #rows: GroupRow[] = [];

  get count(): number {
    return this.#rows.length;
  }

  /** @returns false when the table is full. */
  add(row: GroupRow): boolean {
    const others = this.#rows.filter((other) => !isSame(other, row));
    if (others.length >= groupRows) return false;
    this.#rows = [...others, row];
    return true;
  }

  /** @returns false when it was not there. */
  remove(endpoint: number, groupId: number): boolean {
    const others = this.#rows.filter((row) => !isSame(row, { endpoint, groupId }));
    const isRemoved = others.length < this.#rows.length;
    this.#rows = others;
    return isRemoved;
  }

  removeAll(endpoint: number): void {
    this.#rows = this.#rows.filter((row) => row.endpoint !== endpoint);
  }

  find(endpoint: number, groupId: number): GroupRow | undefined {
    return this.#rows.find((row) => isSame(row, { endpoint, groupId }));
  }

  groupsOf(endpoint: number): number[] {
    return this.#rows.filter((row) => row.endpoint === endpoint).map((row) => row.groupId);
  }

  clear(): void {
    this.#rows = [];
  }
}

type GroupKey = Pick<GroupRow, "endpoint" | "groupId">;

function isSame(left: GroupKey, right: GroupKey): boolean {
  return left.endpoint === right.endpoint && left.groupId === right.groupId;
}
