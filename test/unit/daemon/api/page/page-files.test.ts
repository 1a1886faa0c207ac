import assert from "node:assert/strict";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { type IncomingHttpHeaders, request } from "node:http";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, it } from "node:test";
import { brotliCompressSync, brotliDecompressSync, gunzipSync, gzipSync } from "node:zlib";
import { type RunningApi, runApi } from "../../../../support/rest/running-api.ts";
import { aTemporaryStore, type TemporaryStore } from "../../../../support/rigs/temporary-store.ts";

const html = "<!doctype html><title>latchd</title>";
const script = `export const words = "${"lock ".repeat(40_000)}";`;
const scriptUrl = "/assets/index.abc123.js";
const files = [
  { url: "/", file: "index.html", type: "text/html; charset=utf-8", encodings: ["br", "gzip"] },
  {
    ...{ url: scriptUrl, file: "assets/index.abc123.js", encodings: ["br", "gzip"] },
    type: "text/javascript; charset=utf-8",
  },
  {
    url: "/assets/scan.d4.wasm",
    file: "assets/scan.d4.wasm",
    type: "application/wasm",
    encodings: [],
  },
  { url: "/icon.svg", file: "icon.svg", type: "image/svg+xml", encodings: ["gzip"] },
];

interface Download {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly bytes: Buffer;
}

describe("the files of the page", () => {
  let temporary: TemporaryStore;
  let folder: string;
  let running: RunningApi;

  beforeEach(async () => {
    temporary = await aTemporaryStore();
    folder = join(await mkdtemp(join(tmpdir(), "latchd-page-")), "page");
    await mkdir(join(folder, "assets"), { recursive: true });
    await writeFile(join(folder, "..", "secret.txt"), "the secret beside the page");
    await writeFile(join(folder, "files.json"), JSON.stringify({ files }));
    for (const [name, content] of [
      ["index.html", html],
      ["assets/index.abc123.js", script],
      ["icon.svg", "<svg xmlns='http://www.w3.org/2000/svg'/>"],
    ] as const) {
      await writeFile(join(folder, name), content);
      await writeFile(join(folder, `${name}.br`), brotliCompressSync(content));
      await writeFile(join(folder, `${name}.gz`), gzipSync(content));
    }
    await writeFile(join(folder, "assets/scan.d4.wasm"), Buffer.of(0, 0x61, 0x73, 0x6d));
    running = await runApi(temporary.store, { page: folder, publicUrl: "https://doors.example" });
  });

  afterEach(async () => {
    await running.api.close();
    await temporary.remove();
    await rm(join(folder, ".."), { recursive: true });
  });

  /** Sends the path as it is: no dot segment is resolved on the way. */
  function load(path: string, headers = {}, method = "GET"): Promise<Download> {
    return new Promise((resolve, reject) => {
      const options = { host: "127.0.0.1", port: running.tcp.port, path, method, headers };
      const outgoing = request({ ...options, agent: false }, (response) => {
        const chunks: Buffer[] = [];
        response.on("data", (chunk: Buffer) => chunks.push(chunk));
        response.on("error", reject);
        response.on("end", () => {
          const { statusCode: status = 0, headers } = response;
          resolve({ status, headers, bytes: Buffer.concat(chunks) });
        });
      });
      outgoing.on("error", reject);
      outgoing.end();
    });
  }

  it("are served to a caller without a token, each with its own type", async () => {
    const start = await load("/?from=somewhere");
    assert.deepEqual([start.status, start.bytes.toString()], [200, html]);
    for (const { url, type } of files) {
      const { status, headers } = await load(url);
      assert.deepEqual([status, headers["content-type"]], [200, type], url);
      assert.equal(headers["x-content-type-options"], "nosniff");
    }
  });

  it("are kept by the browser only if their name changes with their content", async () => {
    assert.equal((await load("/")).headers["cache-control"], "no-store");
    assert.equal((await load("/icon.svg")).headers["cache-control"], "no-store");
    const { headers } = await load(scriptUrl);
    assert.equal(headers["cache-control"], "public, max-age=31536000, immutable");
  });

  it("run no script from elsewhere, are in no frame and post no form", async () => {
    for (const { url } of files) {
      const { headers } = await load(url);
      const rules = String(headers["content-security-policy"]).split("; ");
      for (const rule of [
        "default-src 'self'",
        "script-src 'self' 'wasm-unsafe-eval'",
        "img-src 'self' blob: data:",
        "media-src 'self' blob:",
        "frame-ancestors 'none'",
        "base-uri 'none'",
        "form-action 'none'",
      ]) {
        assert.ok(rules.includes(rule), `${url}: ${rule}`);
      }
      assert.doesNotMatch(rules.join(), /unsafe-inline|'unsafe-eval'|\*|https?:/);
      assert.equal(headers["x-frame-options"], "DENY");
      assert.match(String(headers["permissions-policy"]), /^camera=\(self\), microphone=\(\)/);
    }
  });

  it("are opened as a window by no other page, which only TLS can promise", async () => {
    const policy = "cross-origin-opener-policy";
    assert.equal((await load("/")).headers[policy], undefined);
    assert.equal((await load("/", { host: "doors.example" })).headers[policy], "same-origin");
  });

  for (const [accepted, coding] of [
    ["gzip, deflate, br, zstd", "br"],
    ["gzip, deflate", "gzip"],
    ["BR;q=0, gzip;q=0.5", "gzip"],
    ["br;q=0, *", "gzip"],
    ["*", "br"],
    ["identity", undefined],
    ["br;q=0, gzip;q=0", undefined],
    ["br;q=x", undefined],
    [undefined, undefined],
  ] as const) {
    it(`are sent as ${coding ?? "they are"} to a caller who accepts ${accepted ?? "nothing"}`, async () => {
      const accepts = accepted === undefined ? {} : { "accept-encoding": accepted };
      const { headers, bytes } = await load(scriptUrl, accepts);
      assert.equal(headers["content-encoding"], coding);
      assert.equal(headers.vary, "accept-encoding");
      assert.equal(Number(headers["content-length"]), bytes.length);
      const plain =
        coding === "br"
          ? brotliDecompressSync(bytes)
          : coding === "gzip"
            ? gunzipSync(bytes)
            : bytes;
      assert.equal(plain.toString(), script);
    });
  }

  it("are described without a body to HEAD, and refuse other methods", async () => {
    const head = await load(scriptUrl, { "accept-encoding": "br" }, "HEAD");
    const got = await load(scriptUrl, { "accept-encoding": "br" });
    assert.deepEqual([head.status, head.bytes.length], [200, 0]);
    for (const name of ["content-length", "content-type", "content-encoding", "cache-control"]) {
      assert.equal(head.headers[name], got.headers[name], name);
    }
    for (const path of ["/", scriptUrl]) {
      const refused = await load(path, {}, "POST");
      assert.deepEqual([refused.status, refused.headers.allow], [405, "GET, HEAD"], path);
    }
  });

  for (const path of [
    "/../secret.txt",
    "/assets/../../secret.txt",
    "/assets/..%2f..%2fsecret.txt",
    "/%2e%2e/secret.txt",
    "/assets/..\\..\\secret.txt",
    "//secret.txt",
    "/files.json",
    "/index.html",
    "/index.html.br",
    `${scriptUrl}.br`,
    "/assets/",
    "/assets/%00",
    "/assets/__proto__",
    "/constructor",
  ]) {
    it(`do not include ${path}`, async () => {
      const { status, bytes } = await load(path);
      assert.ok(status === 404 || status === 400, String(status));
      assert.match(bytes.toString(), /"ErrNo":1(5007|4001)/);
      assert.doesNotMatch(bytes.toString(), /secret|doctype|words/);
    });
  }

  it("are not served under a name that is not the gateway's", async () => {
    for (const path of ["/", scriptUrl]) {
      const { status, bytes } = await load(path, { host: "rebound.example" });
      assert.equal(status, 421);
      assert.doesNotMatch(bytes.toString(), /doctype|words/);
    }
  });

  it("are those of an upgrade as soon as somebody visits the page", async () => {
    assert.equal((await load(scriptUrl)).status, 200);
    await writeFile(join(folder, "assets/index.fff.js"), "new");
    await rm(join(folder, "assets/index.abc123.js"));
    const [start, old] = files;
    const next = {
      ...old,
      url: "/assets/index.fff.js",
      file: "assets/index.fff.js",
      encodings: [],
    };
    await writeFile(join(folder, "files.json"), JSON.stringify({ files: [start, next] }));
    assert.equal((await load(scriptUrl)).status, 404);
    assert.equal((await load("/")).status, 200);
    assert.equal((await load("/assets/index.fff.js")).bytes.toString(), "new");
  });

  it("are never outside the folder, whatever the table says", async () => {
    const outside = { ...files[0], file: "../secret.txt", encodings: [] };
    await writeFile(join(folder, "files.json"), JSON.stringify({ files: [outside] }));
    const { status, bytes } = await load("/");
    assert.equal(status, 500);
    assert.doesNotMatch(bytes.toString(), /secret/);
  });

  it("are replaced by a hint if the page is switched off or was not built", async () => {
    await rm(join(folder, "files.json"));
    const missing = await load("/");
    assert.deepEqual(
      [missing.status, missing.headers["content-type"]],
      [404, "text/plain; charset=utf-8"],
    );
    assert.match(missing.bytes.toString(), /npm run build/);
    await running.api.close();
    running = await runApi(temporary.store, { page: false });
    assert.match((await load("/")).bytes.toString(), /api\.page: true/);
    assert.equal((await load(scriptUrl)).status, 404);
    assert.equal((await load("/api/health")).status, 200);
  });

  it("leave no file open, also if the caller goes away in the middle", async () => {
    const { readdir } = await import("node:fs/promises");
    const big = "x".repeat(8 * 1024 * 1024);
    await writeFile(join(folder, "assets/scan.d4.wasm"), big);
    const openFiles = async () => (await readdir("/proc/self/fd")).length;
    const before = await openFiles();
    for (const method of ["GET", "HEAD"]) {
      for (const { url } of files) await load(url, { "accept-encoding": "br" }, method);
    }
    for (let count = 0; count < 3; count += 1) {
      await new Promise<void>((resolve) => {
        const options = { host: "127.0.0.1", port: running.tcp.port, agent: false };
        const call = request({ ...options, path: "/assets/scan.d4.wasm" }, (response) => {
          response.once("data", () => response.destroy());
          response.on("error", () => undefined);
          response.once("close", () => resolve());
        });
        call.on("error", () => undefined);
        call.end();
      });
    }
    // Closing a file takes a turn of the event loop or some.
    for (let turn = 0; turn < 1000 && (await openFiles()) > before; turn += 1) {
      await new Promise((resolve) => setImmediate(resolve));
    }
    assert.equal(await openFiles(), before);
  });
});
