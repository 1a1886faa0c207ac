import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { type Static, Type } from "typebox";
import { Check } from "typebox/value";

/** A file of the page, as the page's build describes it. */
const fileSchema = Type.Object({
  /** The path that it is served at. */
  url: Type.String({ pattern: "^/[A-Za-z0-9._/-]{0,200}$" }),
  /** Below the page's folder; no part begins with a dot. */
  file: Type.String({
    pattern: "^(?:[A-Za-z0-9_-][A-Za-z0-9._-]*/){0,4}[A-Za-z0-9_-][A-Za-z0-9._-]*$",
  }),
  type: Type.String({ pattern: "^[a-z]+/[a-z0-9.+-]+(?:; charset=utf-8)?$" }),
  /** The compressed forms that lie beside it. */
  encodings: Type.Array(Type.Enum(["br", "gzip"])),
});

const tableSchema = Type.Object({ files: Type.Array(fileSchema, { maxItems: 1000 }) });

export interface PageFile extends Readonly<Omit<Static<typeof fileSchema>, "file">> {
  /** Where it lies. */
  readonly path: string;
}

/** The files of the page by the path that they are served at. */
export type PageTable = ReadonlyMap<string, PageFile>;

/** Returns the table that the page's build wrote into the folder, or null if there is no page in it. */
export async function readPageTable(folder: string): Promise<PageTable | null> {
  const text = await readFile(join(folder, "files.json"), "utf8").catch((cause: unknown) => {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return null;
    throw cause;
  });
  if (text === null) return null;
  const table: unknown = JSON.parse(text);
  if (!Check(tableSchema, table)) throw new Error(`${folder}/files.json is no table of files`);
  return new Map(
    table.files.map(({ file, ...rest }) => [rest.url, { ...rest, path: join(folder, file) }]),
  );
}
