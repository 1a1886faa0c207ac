/** Version of the program, as in package.json; a test compares the two. */
export const version = "0.1.0";

/** When this version was built, ms UTC: the true time cannot be earlier. */
export const buildMs = Date.UTC(2026, 10, 23);
