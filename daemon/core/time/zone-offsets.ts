/** Returns what to add to UTC to get a zone's wall clock at `atMs`, in ms. */
export type ZoneOffsets = (atMs: number) => number;
