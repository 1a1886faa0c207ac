import { type FileHandle, open } from "node:fs/promises";
import type { FastifyInstance, FastifyReply, FastifyRequest } from "fastify";
import { wrongMethod } from "../routes/command-route.ts";
import { isSecureRequest } from "../routes/credentials.ts";
import { httpRefusal } from "../routes/refusals.ts";
import { codingFor } from "./content-coding.ts";
import { type PageFile, type PageTable, readPageTable } from "./page-table.ts";

/**
 * The page runs only its own scripts, of which one decodes QR codes in WebAssembly, and shows photos that a person
 * took. No other page frames it or loads its files.
 */
const pageHeaders: Readonly<Record<string, string>> = {
  "content-security-policy":
    "default-src 'self'; script-src 'self' 'wasm-unsafe-eval'; img-src 'self' blob: data:; " +
    "media-src 'self' blob:; object-src 'none'; frame-ancestors 'none'; base-uri 'none'; form-action 'none'",
  "permissions-policy": "camera=(self), microphone=(), geolocation=(), usb=(), serial=()",
  "cross-origin-resource-policy": "same-origin",
  "x-frame-options": "DENY",
};

/** No other page opens it as a window that it can reach. Over plain HTTP browsers ignore it, with a warning. */
const secureHeaders = { "cross-origin-opener-policy": "same-origin" } as const;

/** The name of such a file changes with its content. */
const immutable = "public, max-age=31536000, immutable";

/** Longer files are sent in pieces, of which a slow reader keeps one in memory. The stream closes its file. */
const longestWhole = 64 * 1024;
const longestRead = 16 * 1024;

const notes = {
  off:
    "latchd runs here; its page is switched off.\n" +
    "To switch it on: api.page: true in /etc/latchd/latchd.yaml, then systemctl restart latchd.\n",
  missing:
    "latchd runs here; this build of it has no page.\n" +
    "To make it: npm run build, then restart latchd.\n",
} as const;

/** Serves the page's files, which are named by the table of its build; no path of a URL reaches the disk. */
export class PageFiles {
  readonly #folder: string | false;
  #table: PageTable | null = null;

  /** @param folder where the page's files lie; false = the page is switched off */
  constructor(folder: string | false) {
    this.#folder = folder;
  }

  addTo(server: FastifyInstance, methods: readonly string[]): void {
    for (const url of ["/", "/:file", "/assets/:file"]) {
      const handler = (request: FastifyRequest, reply: FastifyReply) => this.#serve(request, reply);
      server.route({ method: [...methods], url, handler });
    }
  }

  async #serve(request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
    const [path = ""] = request.url.split("?", 1);
    const isStart = path === "/";
    const isRead = request.method === "GET" || request.method === "HEAD";
    const file = this.#folder === false ? undefined : (await this.#read(isStart))?.get(path);
    if (file === undefined && !isStart) return reply.code(404).send(httpRefusal(404));
    if (!isRead) return wrongMethod(reply, ["GET", "HEAD"]);
    reply.headers(pageHeaders);
    if (isSecureRequest(request)) reply.headers(secureHeaders);
    if (file === undefined) return refuseStart(reply, this.#folder === false ? "off" : "missing");
    return await send(request, reply, file);
  }

  /** An upgrade replaces the files while the daemon runs, so that each visit reads the table again. */
  async #read(isVisit: boolean): Promise<PageTable | null> {
    if (this.#folder === false) return null;
    if (isVisit || this.#table === null) this.#table = await readPageTable(this.#folder);
    return this.#table;
  }
}

async function send(
  request: FastifyRequest,
  reply: FastifyReply,
  file: PageFile,
): Promise<unknown> {
  const coding = codingFor(request.headers["accept-encoding"], file.encodings);
  const handle = await openIfThere(`${file.path}${coding?.suffix ?? ""}`);
  if (handle === null) return reply.code(404).send(httpRefusal(404));
  let isStreamed = false;
  try {
    const { size } = await handle.stat();
    reply.type(file.type).header("content-length", size).header("vary", "accept-encoding");
    if (coding !== null) reply.header("content-encoding", coding.name);
    if (file.url.startsWith("/assets/")) reply.header("cache-control", immutable);
    if (request.method === "HEAD") return reply.send();
    if (size <= longestWhole) return reply.send(await handle.readFile());
    isStreamed = true;
    return reply.send(handle.createReadStream({ highWaterMark: longestRead }));
  } finally {
    if (!isStreamed) await handle.close();
  }
}

/** Returns null if the file is gone: an upgrade has put others in its place. */
async function openIfThere(path: string): Promise<FileHandle | null> {
  return await open(path).catch((cause: unknown) => {
    if (cause instanceof Error && "code" in cause && cause.code === "ENOENT") return null;
    throw cause;
  });
}

function refuseStart(reply: FastifyReply, why: keyof typeof notes): FastifyReply {
  return reply.code(404).type("text/plain; charset=utf-8").send(notes[why]);
}
