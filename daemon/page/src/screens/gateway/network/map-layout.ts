/*
 * Pure: it is tested without a browser. Places the tree so that no two labels overlap, at any width: each device has a row of its own, those behind it
 * stand below it, one step to the right. Where there is room, what hangs at the gateway is shared out to columns.
 */

/** What hangs at something, and what hangs at it. */
export interface Branching<B> {
  readonly branches: readonly B[];
}

/** A device in the picture: its card's upper left corner and width. */
export interface Node<B> {
  readonly branch: B;
  readonly x: number;
  readonly y: number;
  readonly width: number;
}

/** The last piece of the line to a device, which has the colour of its link. */
export interface Stub<B> {
  readonly branch: B;
  readonly path: string;
}

export interface MapLayout<B> {
  readonly width: number;
  readonly height: number;
  readonly nodes: readonly Node<B>[];
  readonly stubs: readonly Stub<B>[];
  /** The lines that several links share. */
  readonly trunks: readonly string[];
}

/** A row is a target for a finger. */
export const rowHeight = 44;
export const cardHeight = 34;

const indent = 26;
const columnGap = 20;
/** A label of usual length fits into a column of this width, two steps deep. */
const minColumn = 290;

/** Returns the picture for a width in CSS pixels. */
export function mapLayout<B extends Branching<B>>(root: B, width: number): MapLayout<B> {
  const count = Math.max(1, Math.min(root.branches.length, Math.floor(width / minColumn)));
  const columns = shared(root.branches, count);
  const columnWidth = (width - (count - 1) * columnGap) / count;
  const picture = new Picture<B>();
  const rootWidth = Math.min(width, columnWidth);
  const rootX = (width - rootWidth) / 2;
  picture.nodes.push({ branch: root, x: rootX, y: 0, width: rootWidth });
  for (const [index, branches] of columns.entries()) {
    const left = index * (columnWidth + columnGap);
    const right = left + columnWidth;
    const last = picture.hang(branches, { left, right, depth: 1, row: 1 });
    picture.trunks.push(trunk(width / 2, left + indent / 2, last, count));
  }
  const height = (1 + Math.max(0, ...columns.map(rowsOfAll))) * rowHeight;
  return { width, height, ...picture };
}

interface Place {
  readonly left: number;
  readonly right: number;
  readonly depth: number;
  readonly row: number;
}

class Picture<B extends Branching<B>> {
  readonly nodes: Node<B>[] = [];
  readonly stubs: Stub<B>[] = [];
  readonly trunks: string[] = [];

  /** Hangs branches below the row before `row`. @returns the middle of the last one, to which the trunk goes */
  hang(branches: readonly B[], place: Place): number {
    const { left, right, depth } = place;
    const x = left + depth * indent;
    const trunkX = x - indent / 2;
    let row = place.row;
    let last = 0;
    for (const branch of branches) {
      const y = row * rowHeight;
      last = y + cardHeight / 2;
      this.nodes.push({ branch, x, y, width: right - x });
      this.stubs.push({ branch, path: `M${trunkX} ${last}H${x}` });
      if (branch.branches.length > 0) {
        const end = this.hang(branch.branches, { left, right, depth: depth + 1, row: row + 1 });
        this.trunks.push(`M${trunkX + indent} ${y + cardHeight}V${end}`);
      }
      row += rowsOf(branch);
    }
    return last;
  }
}

/** Returns the line from the gateway to the last branch of a column. */
function trunk(gatewayX: number, columnX: number, end: number, columns: number): string {
  if (columns === 1) return `M${columnX} ${cardHeight}V${end}`;
  const bend = cardHeight + (rowHeight - cardHeight) / 2;
  return `M${gatewayX} ${cardHeight}V${bend}H${columnX}V${end}`;
}

function rowsOf<B extends Branching<B>>({ branches }: B): number {
  return 1 + rowsOfAll(branches);
}

function rowsOfAll<B extends Branching<B>>(branches: readonly B[]): number {
  return branches.reduce((sum, one) => sum + rowsOf(one), 0);
}

/** Returns the branches in so many columns of about the same height, the heaviest first. */
function shared<B extends Branching<B>>(
  branches: readonly B[],
  count: number,
): readonly (readonly B[])[] {
  const columns = Array.from({ length: count }, () => ({ rows: 0, branches: [] as B[] }));
  for (const branch of [...branches].sort((one, other) => rowsOf(other) - rowsOf(one))) {
    const lightest = columns.reduce((one, other) => (other.rows < one.rows ? other : one));
    lightest.branches.push(branch);
    lightest.rows += rowsOf(branch);
  }
  return columns.map((column) => column.branches);
}
