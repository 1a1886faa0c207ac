import { type Change, put, type StoreView } from "../../daemon/store/store.ts";

const settingName = "sync.starts";
/** Boots that are stored as this gateway's own. */
const maxBoots = 8;

/** The starts of the process that this store knows of. */
export interface ProcessStarts {
  /** The epoch in which they were written; null = no start was recorded yet. */
  readonly epoch: string | null;
  /** The number of the newest start. */
  readonly last: number;
  /** The newest boots, oldest first, at most 8. */
  readonly boots: readonly string[];
}

/** Returns the starts that the store has. */
export function storedStarts(view: StoreView): ProcessStarts {
  const value = view.get("setting", [settingName])?.value;
  const [epoch, last, ...boots] = typeof value === "string" ? value.split(" ") : [];
  const number = Number(last);
  if (epoch === undefined || !Number.isSafeInteger(number) || number < 0) {
    return { epoch: null, last: 0, boots: [] };
  }
  return { epoch, last: number, boots };
}

/** Returns the change that adds a start. It must be on disk before a message names the start. */
export function startChange(
  starts: ProcessStarts,
  next: { readonly epoch: string; readonly start: number; readonly boot: string },
): Change {
  const boots = [...starts.boots.filter((boot) => boot !== next.boot), next.boot].slice(-maxBoots);
  const value = [next.epoch, next.start, ...boots].join(" ");
  return put("setting", [settingName], { value });
}
