import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { join } from "node:path";
import { describe, it } from "node:test";
import { projectRoot } from "../../support/project-root.ts";
import { fetchText } from "../../support/rest/rest-gateway.ts";
import { ContractGateway } from "../../support/rigs/contract-gateway.ts";

const folder = join(projectRoot(), "docs/observability");

function promtool(args: readonly string[], input = ""): void {
  const { status, stdout, stderr, error } = spawnSync("promtool", args, {
    cwd: folder,
    encoding: "utf8",
    input,
  });
  assert.equal(error, undefined);
  assert.equal(status, 0, `${stdout}${stderr}`);
}

describe("promtool", { timeout: 120_000 }, () => {
  it("finds the alerting rules correct, and each of them fires when it should", () => {
    promtool(["check", "rules", "--lint-fatal", "latchd.rules.yml"]);
    promtool(["test", "rules", "latchd.rules.test.yml"]);
  });

  it("finds nothing against Prometheus' conventions in the metrics of a gateway with a lock", async () => {
    const gateway = await ContractGateway.open();
    try {
      await gateway.pair({});
      const headers = { authorization: `Bearer ${gateway.token("technician")}` };
      const { text } = await fetchText(gateway.tcp, "/metrics", headers);
      promtool(["check", "metrics"], text);
    } finally {
      await gateway.close();
    }
  });
});
