/** Version of the program, as in package.json; a test holds the two equal. */
export const version = "0.1.0";

/** When this version was made, ms UTC: time cannot be earlier than that. */
export const buildMs = Date.UTC(2026, 10, 23);
