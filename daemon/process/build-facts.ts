import { readFileSync } from "node:fs";
import { isObject } from "../base/json.ts";
import { version } from "../base/version.ts";

/** What tells one build from another. */
export interface BuildFacts {
  readonly version: string;
  /** The commit that was built; null in a checkout. */
  readonly commit: string | null;
  /** SHA-256 of the bill of materials that belongs to this build; null in a checkout. */
  readonly sbom: string | null;
  readonly node: string;
  /** The newest schema of the store that this program knows. */
  readonly schema: number;
}

/** Written beside the program when a package is built. */
const buildFile = new URL("../../../build.json", import.meta.url);

/** @param file what the build has written */
export function buildFacts(schema: number, file: URL | string = buildFile): BuildFacts {
  const { commit, sbom } = writtenFacts(file);
  return {
    version,
    commit: typeof commit === "string" ? commit : null,
    sbom: typeof sbom === "string" ? sbom : null,
    node: process.versions.node,
    schema,
  };
}

function writtenFacts(file: URL | string): Readonly<Record<string, unknown>> {
  try {
    const content: unknown = JSON.parse(readFileSync(file, "utf8"));
    return isObject(content) ? content : {};
  } catch (cause) {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return {};
    throw cause;
  }
}
