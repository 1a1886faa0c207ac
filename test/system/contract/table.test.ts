import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { commands } from "../../../daemon/commands/table.ts";
import { errorTable } from "../../../daemon/core/model/errors.ts";
import { bindingRows } from "./binding-rows.ts";
import { farewellRows, historyRows, limitRows, radioRows } from "./history-rows.ts";
import { homeRows } from "./home-rows.ts";
import { passwordChangeRows } from "./password-change-rows.ts";
import { codelessRows, lostRows, passwordRows } from "./password-rows.ts";
import { publishedCalls } from "./published-calls.ts";
import { stageRows } from "./stage-rows.ts";
import { suspendedLockRows } from "./suspended-lock-rows.ts";

/** latchd's calls for what V1.6 has errors for (15008 … 15012) and no calls, and what goes with them. */
const siteCalls: readonly string[] = [
  "bind_center",
  "unbind_center",
  "bind_lock",
  "move_lock",
  "unbind_lock",
  "order_confirm",
  "find_service",
  "permit_join",
  "remote_lock",
  "remote_unlock",
  "rename_lock",
  "remove_lock",
];

const byName = new Map(commands.map((command) => [command.name, command]));
const errorsOf = (call: string) => byName.get(call)?.errors ?? [];
const everyRow = [
  ...homeRows,
  ...bindingRows,
  ...passwordRows,
  ...passwordChangeRows,
  ...historyRows,
  ...radioRows,
  ...stageRows,
  ...farewellRows,
  ...limitRows,
  ...lostRows,
  ...codelessRows,
  ...suspendedLockRows,
];

describe("the table of rows", () => {
  const calls = [...publishedCalls.map(({ name }) => name), ...siteCalls];

  it("has a success and each documented error of each call", () => {
    for (const call of calls) {
      const rows = everyRow.filter((row) => row.call === call);
      assert.ok(
        rows.some(({ error }) => error === undefined),
        `${call}: no row succeeds`,
      );
      for (const code of errorsOf(call)) {
        const shown = rows.some(({ error }) => error === code);
        assert.ok(shown, `${call}: no row answers ${errorTable[code].errNo} (${code})`);
      }
    }
  });

  it("has no error that the reference does not name", () => {
    const common = new Set(["badParameters", "permissionDenied"]);
    for (const { call, error, about } of everyRow) {
      if (error === undefined || common.has(error)) continue;
      assert.ok(
        errorsOf(call).includes(error),
        `${call} ${about}: ${error} is not in the reference`,
      );
    }
  });

  it("has the fields of each published call as the daemon has them", () => {
    for (const { name, fields, extra, required, methods } of publishedCalls) {
      const command = byName.get(name) ?? assert.fail(`${name} is not served`);
      const properties: object = Reflect.get(command.input, "properties");
      assert.deepEqual(
        Object.keys(properties).sort(),
        Object.keys({ ...fields, ...extra }).sort(),
        name,
      );
      assert.deepEqual(Reflect.get(command.input, "required") ?? [], required, name);
      const isReadable = command.isReadOnly || command.isServedByGet === true;
      if (methods.includes("GET")) assert.ok(isReadable, name);
    }
  });
});
