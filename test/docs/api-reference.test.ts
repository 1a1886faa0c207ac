import assert from "node:assert/strict";
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { commands } from "../../daemon/commands/table.ts";
import { apiReference } from "../support/api-reference.ts";
import { projectRoot } from "../support/project-root.ts";

const file = join(projectRoot(), "docs", "api.md");

describe("docs/api.md", () => {
  it("says what the table of commands says; LATCHD_WRITE_DOCS=1 writes it anew", () => {
    const wanted = apiReference(commands);
    if (process.env["LATCHD_WRITE_DOCS"] === "1") writeFileSync(file, wanted);
    assert.equal(readFileSync(file, "utf8"), wanted);
  });

  it("has every call of the open platform API V1.6 in its first table", () => {
    const text = apiReference(commands);
    const first = text.slice(text.indexOf("## Calls of"), text.indexOf("## latchd's own"));
    for (const name of [
      "add_home",
      "update_home",
      "del_home",
      "find_home_state",
      "find_home_states",
      "find_home_device",
      "find_home_devices",
      "add_room",
      "update_room",
      "del_room",
      "get_center_info",
      "get_lock_info",
      "fetch_passwords",
      "get_default_password_plaintext",
      "get_dynamic_password_plaintext",
      "add_password",
      "update_password",
      "delete_password",
      "frozen_password",
      "unfrozen_password",
      "get_lock_events",
      "count_lock_events",
      "count_lock_envents",
      "search_device_op_log",
      "count_device_op_log",
      "order_add",
      "order_update",
      "find_orders",
    ]) {
      assert.ok(first.includes(`| \`${name}\` |`), name);
    }
  });
});
