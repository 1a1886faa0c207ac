import { writeFileSync } from "node:fs";
import { asyncApi } from "./asyncapi.ts";

/** Writes the AsyncAPI document: `node dist/sync/asyncapi-main.js docs/asyncapi.json <version>`. */

const [file = "docs/asyncapi.json", version = "0.1.0"] = process.argv.slice(2);
writeFileSync(file, `${JSON.stringify(asyncApi(version), null, 2)}\n`);
