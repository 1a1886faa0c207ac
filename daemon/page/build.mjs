/*
 * Builds the page into dist/daemon/page: generates the types of the API, bundles, compresses, writes files.json
 * (the table that the daemon serves from) and packages.json (the packages whose code is in the bundle, for their
 * licences), and fails above the budgets. Needs the daemon's own build in dist.
 */
import { mkdir, readdir, readFile, rm, writeFile } from "node:fs/promises";
import { dirname, join, relative } from "node:path";
import { fileURLToPath } from "node:url";
import { brotliCompressSync, constants, gzipSync } from "node:zlib";
import openapiTS, { astToString } from "openapi-typescript";
import { build } from "vite";
import { checkBudgets } from "./budgets.mjs";

const here = dirname(fileURLToPath(import.meta.url));
const dist = join(here, "..", "..", "dist");
const outDir = join(dist, "daemon", "page");

/** Content types by the end of a file's name; a file of another kind fails the build. */
const types = {
  ".html": "text/html; charset=utf-8",
  ".js": "text/javascript; charset=utf-8",
  ".css": "text/css; charset=utf-8",
  ".svg": "image/svg+xml; charset=utf-8",
  ".wasm": "application/wasm",
  ".webmanifest": "application/manifest+json; charset=utf-8",
  ".png": "image/png",
};

/** Writes what the page takes from the API's document: its types and limits, by the tables of the daemon's build. */
async function writeApiTypes() {
  const { commands } = await import(join(dist, "daemon/commands/table.js"));
  const { openApiDocument } = await import(join(dist, "daemon/api/openapi/openapi.js"));
  const document = openApiDocument({ commands, actions: [], version: "", v16Status: "http" });
  await writeIfChanged("openapi.d.ts", astToString(await openapiTS(document)));
  await writeIfChanged("limits.ts", limitsOf(document));
}

/** Returns the module of the limits that the page checks before it asks the gateway. */
function limitsOf({ paths }) {
  const { content } = paths["/openapi/v1/account_add"].post.requestBody;
  const { minLength: min, maxLength: max } =
    content["application/json"].schema.properties.passphrase;
  if (min === undefined || max === undefined) throw new Error("a passphrase has no limits");
  return `export const passphraseLength = ${JSON.stringify({ min, max })} as const;\n`;
}

/** A file that stays as it was keeps its time, so that nothing is built again for it. */
async function writeIfChanged(name, text) {
  const file = join(dist, "page-types", name);
  const before = await readFile(file, "utf8").catch(() => "");
  if (before === text) return;
  await mkdir(dirname(file), { recursive: true });
  await writeFile(file, text);
}

/** Returns the folders in node_modules that the bundle's modules come from, as paths from the project's root. */
function packageFolders(output) {
  const modules = output.flatMap((part) =>
    part.type === "chunk" ? Object.keys(part.modules) : (part.originalFileNames ?? []),
  );
  const inPackages = /^.*?(node_modules\/(?:@[^/]+\/)?[^/]+)\//;
  const folders = modules.map((id) => inPackages.exec(id)?.[1]).filter((id) => id !== undefined);
  return [...new Set(folders)].sort();
}

/** What the daemon's build puts there: the page's pure modules, which the unit tests import. */
const testedModules = "src";

/** Removes the page that was built before. */
async function clear() {
  await mkdir(outDir, { recursive: true });
  for (const name of await readdir(outDir)) {
    if (name !== testedModules) await rm(join(outDir, name), { recursive: true });
  }
}

async function bundle() {
  await clear();
  const { output } = await build({
    root: here,
    configFile: false,
    logLevel: "warn",
    clearScreen: false,
    oxc: { jsx: { runtime: "automatic", importSource: "preact" } },
    build: {
      outDir,
      emptyOutDir: false,
      target: "es2022",
      assetsInlineLimit: 0,
      modulePreload: { polyfill: false },
      sourcemap: false,
      manifest: "manifest.json",
    },
  });
  return packageFolders(output);
}

async function compressAndList() {
  const entries = await readdir(outDir, { recursive: true, withFileTypes: true });
  const files = [];
  for (const entry of entries.filter((one) => one.isFile())) {
    const path = join(entry.parentPath, entry.name);
    const file = relative(outDir, path);
    if (file === "manifest.json" || file.startsWith(`${testedModules}/`)) continue;
    const type = types[file.slice(file.lastIndexOf("."))];
    if (type === undefined) throw new Error(`${file}: no content type for it`);
    const bytes = await readFile(path);
    const br = brotliCompressSync(bytes, { params: { [constants.BROTLI_PARAM_QUALITY]: 11 } });
    const gzip = gzipSync(bytes, { level: 9 });
    await writeFile(`${path}.br`, br);
    await writeFile(`${path}.gz`, gzip);
    const url = file === "index.html" ? "/" : `/${file}`;
    files.push({ url, file, type, encodings: ["br", "gzip"], gzipBytes: gzip.length });
  }
  files.sort((left, right) => (left.url < right.url ? -1 : 1));
  await writeFile(join(outDir, "files.json"), `${JSON.stringify({ files }, null, 1)}\n`);
  return files;
}

await writeApiTypes();
if (!process.argv.includes("--types")) {
  const folders = await bundle();
  const files = await compressAndList();
  await writeFile(join(outDir, "packages.json"), `${JSON.stringify({ folders }, null, 1)}\n`);
  const manifest = JSON.parse(await readFile(join(outDir, "manifest.json"), "utf8"));
  checkBudgets(manifest, new Map(files.map(({ file, gzipBytes }) => [file, gzipBytes])));
}
