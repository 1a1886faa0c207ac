import { fileURLToPath } from "node:url";

/** Where the build puts the page. */
export const pageFolder = fileURLToPath(new URL("../../page/", import.meta.url));
