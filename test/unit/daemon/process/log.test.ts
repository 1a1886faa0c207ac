import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { GatewayError } from "../../../../daemon/core/model/errors.ts";
import { PinCode, Secret } from "../../../../daemon/core/model/secret.ts";
import { createLogger, openLog } from "../../../../daemon/process/log.ts";

function logged(write: (logger: ReturnType<typeof createLogger>) => void): Record<string, unknown> {
  const lines: string[] = [];
  write(createLogger("trace", { write: (text: string) => lines.push(text) }));
  return JSON.parse(lines.join(""));
}

describe("the log", () => {
  it("never prints a Secret, wherever it is", () => {
    const line = JSON.stringify(
      logged((log) => {
        log.info(
          { lock: { deep: { deeper: new PinCode("0012") } }, list: [new Secret("hush-hush")] },
          `made ${new PinCode("0012")}`,
        );
      }),
    );
    assert.doesNotMatch(line, /0012|hush/);
    assert.match(line, /\[secret\]/);
  });

  it("hides a plain text under a secret's name, up to two levels down", () => {
    const line = JSON.stringify(
      logged((log) => {
        log.info({
          pinCode: "hush",
          client: { client_secret: "hush" },
          request: { headers: { authorization: "Bearer hush" } },
          params: { password: { code: "hush" } },
        });
      }),
    );
    assert.doesNotMatch(line, /hush/);
  });

  it("prints an error with its reason, its stack and its cause", () => {
    const cause = Object.assign(new Error("no space"), { code: "ENOSPC" });
    const { err } = logged((log) => {
      log.error({ err: new GatewayError("store", "not written", { cause }) });
    });
    const text = JSON.stringify(err);
    assert.match(text, /"reason":"store"/);
    assert.match(text, /"reason":"ENOSPC"/);
    assert.match(text, /"stack":/);
  });

  it("prints the level's name and the time, and the part of a child", () => {
    const { level, part, time } = logged((log) => {
      log.child({ part: "sync" }).warn("hello");
    });
    assert.equal(level, "warn");
    assert.equal(part, "sync");
    assert.match(String(time), /^\d{4}-\d\d-\d\dT/);
  });

  it("has every line in the file after a flush", async () => {
    const folder = mkdtempSync(join(tmpdir(), "latchd-log-"));
    const file = join(folder, "log");
    const log = await openLog({ level: "info", format: "json", to: file });
    log.logger.info("one");
    log.logger.debug("hidden");
    log.logger.info("two");
    log.flush();
    assert.equal(readFileSync(file, "utf8").trim().split("\n").length, 2);
    rmSync(folder, { recursive: true });
  });

  it("does not load pino-pretty for JSON, and prints prettily when asked", () => {
    const module = new URL("../../../../daemon/process/log.js", import.meta.url);
    const script = (format: string) => `
      const { openLog } = await import(${JSON.stringify(module.href)});
      const log = await openLog({ level: "info", format: "${format}" });
      log.logger.info("hello");
      log.flush();
      process.stderr.write(String(process.getActiveResourcesInfo().length));`;
    const run = (format: string) =>
      spawnSync(process.execPath, ["--input-type=module", "-e", script(format)], {
        encoding: "utf8",
        cwd: fileURLToPath(new URL("../../..", import.meta.url)),
      });
    assert.match(run("auto").stdout, /^\{.*"msg":"hello"\}\n$/);
    assert.match(run("pretty").stdout, /INFO.*hello/);
  });
});
