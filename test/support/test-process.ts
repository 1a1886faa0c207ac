import fc from "fast-check";
import { zoneDirectory, zoneFiles } from "../../daemon/clock/zone-files.ts";
import { useZoneSource } from "../../daemon/core/time/time-zone.ts";

// Loaded before each test file.

/**
 * Properties run on the same cases everywhere, so that a change and nothing else decides whether they hold.
 * LATCHD_PROPERTY_SEED chooses other cases (`random`: each time others), LATCHD_PROPERTY_RUNS more of them where
 * a property says so.
 */
const seed = process.env["LATCHD_PROPERTY_SEED"] ?? "20261123";
if (seed !== "random") fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(seed) });

// As the daemon does: Intl takes a hundred times as long to say what a zone's clock shows.
useZoneSource(zoneFiles(zoneDirectory));
