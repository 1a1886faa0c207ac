import fc from "fast-check";

/**
 * Loaded before each test file: properties run on the same cases everywhere, so that a change and
 * nothing else decides whether they hold. LATCHD_PROPERTY_SEED chooses other cases (`random`: each
 * time others), LATCHD_PROPERTY_RUNS more of them where a property says so.
 */
const seed = process.env["LATCHD_PROPERTY_SEED"] ?? "20261123";
if (seed !== "random") fc.configureGlobal({ ...fc.readConfigureGlobal(), seed: Number(seed) });
