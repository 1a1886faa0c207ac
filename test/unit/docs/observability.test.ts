import assert from "node:assert/strict";
import { readdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { metricTable } from "../../../daemon/diagnostics/metric-table.ts";
import { projectRoot } from "../../support/project-root.ts";
import { idOf } from "../../support/radio/zigbee-rig.ts";
import { fetchText } from "../../support/rest/rest-gateway.ts";
import { ContractGateway } from "../../support/rigs/contract-gateway.ts";

const folder = join(projectRoot(), "docs/observability");
const read = (name: string) => readFileSync(join(folder, name), "utf8");
const isWriting = process.env["LATCHD_WRITE_DOCS"] === "1";

/** Metrics that a gateway has only with a cloud or a callback, or once a lock has told something. */
const conditional = [
  "callback_backlog_records",
  "callback_left_out_events_total",
  "cloud_backlog_records",
  "cloud_connected",
  "lock_clock_drift_seconds",
  "lock_link_quality",
  "lock_slot_read_age_seconds",
  "lock_slots_unknown_age_seconds",
];

/** Returns the names that a text has, without the prefix. */
function namesIn(text: string): readonly string[] {
  const found = [...text.matchAll(/\blatchd_([a-z0-9_]+)\b/g)].map(([, name = ""]) => name);
  return [...new Set(found)].sort();
}

describe("the metrics of a gateway with a lock", { timeout: 120_000 }, () => {
  const table = metricTable();
  let gateway: ContractGateway;
  let text = "";
  let uuid = "";

  before(async () => {
    gateway = await ContractGateway.open();
    const [lock] = await gateway.pair({});
    assert.ok(lock);
    uuid = idOf(lock);
    await gateway.must("rename_lock", { uuid, name: 'Front "door"' });
    await gateway.must("add_password", { uuid, is_default: 1, password: "908172" });
    await gateway.done(uuid, 999, 1);
    const headers = { authorization: `Bearer ${gateway.token("technician")}` };
    ({ text } = await fetchText(gateway.tcp, "/metrics", headers));
  });
  after(() => gateway.close());

  it("are those of the table, with their type", () => {
    const types = [...text.matchAll(/^# TYPE latchd_(\S+) (\S+)$/gm)];
    for (const [, name = "", type] of types) assert.equal(table.get(name)?.type, type, name);
    const shown = new Set(types.map(([, name]) => name));
    const missing = [...table.keys()].filter((name) => !shown.has(name));
    assert.deepEqual(
      missing.filter((name) => !conditional.includes(name)),
      [],
    );
  });

  it("have a build-info line, and the lock's name in its info line", () => {
    assert.match(text, /^latchd_build_info\{version="[^"]+",gateway="gw-contract"\} 1$/m);
    const name = String.raw`name="Front \\"door\\""`;
    assert.match(
      text,
      new RegExp(`^latchd_lock_info\\{lock="${uuid}",${name},brand=.*\\} 1$`, "m"),
    );
  });

  it("are shown to nobody without a token", async () => {
    assert.equal((await fetchText(gateway.tcp, "/metrics")).status, 401);
  });

  it("are what the rules, their tests and the dashboards name, all of them", () => {
    const files = readdirSync(folder).filter((name) => !name.endsWith(".md"));
    assert.equal(files.filter((name) => name.endsWith(".json")).length, 2);
    const named = new Set(files.flatMap((name) => namesIn(read(name))));
    assert.deepEqual(
      [...named].filter((name) => !table.has(name)),
      [],
    );
    assert.deepEqual(
      [...table.keys()].filter((name) => !named.has(name)),
      [],
    );
  });

  it("are explained in docs/observability (if not: npm run docs)", () => {
    const rows = [...table].map(
      ([name, { type, help }]) => `| \`latchd_${name}\` | ${type} | ${help} |`,
    );
    const page = read("README.md");
    const made = page.replace(
      /(\| metric \| type \| \|\n\|---\|---\|---\|\n)(?:\|.*\n)*/,
      `$1${rows.join("\n")}\n`,
    );
    if (isWriting) writeFileSync(join(folder, "README.md"), made);
    else assert.equal(page, made);
  });
});

describe("a dashboard of docs/observability", () => {
  for (const name of ["gateways.json", "locks.json"]) {
    it(`has panels with queries and ids of their own (${name})`, () => {
      const {
        panels,
        uid,
      }: { panels: { id: number; targets: { expr: string }[] }[]; uid: string } = JSON.parse(
        read(name),
      );
      assert.match(uid, /^latchd-/);
      assert.equal(new Set(panels.map(({ id }) => id)).size, panels.length);
      for (const { targets } of panels) {
        for (const { expr } of targets) assert.match(expr, /latchd_/);
      }
    });
  }
});
