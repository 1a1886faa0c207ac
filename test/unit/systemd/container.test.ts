import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { describe, it } from "node:test";
import { buildProgram } from "../../../daemon/cli/program.ts";
import { processTerminal } from "../../../daemon/cli/terminal/process-terminal.ts";
import { commands } from "../../../daemon/commands/table.ts";
import { loadConfig } from "../../../daemon/config/config.ts";
import { projectRoot } from "../../support/project-root.ts";
import { nodeFlags, packagedNode } from "../../support/runner/node-flags.ts";
import { execStart } from "../../support/service-unit.ts";

const root = projectRoot();
const read = (path: string) => readFileSync(join(root, path), "utf8");
/** The instructions of the Containerfile: name and rest of the line. */
const instructions = read("Containerfile")
  .replaceAll(/^#.*\n/gm, "")
  .replaceAll(/\\\n\s*/g, "")
  .split("\n")
  .filter((line) => line !== "")
  .map((line) => [line.slice(0, line.indexOf(" ")), line.slice(line.indexOf(" ") + 1)] as const);
const rest = (name: string) => instructions.filter(([own]) => own === name).map(([, text]) => text);
const list = (text = "[]"): string[] => JSON.parse(text);
const [runs, variables] = [rest("RUN").join("\n"), rest("ENV").join(" ")];
const environment = Object.fromEntries(
  variables.split(" ").map((word) => word.split("=") as [string, string]),
);

describe("the Containerfile", () => {
  it("takes the package that build-deb.sh writes, and the build sees that folder", () => {
    const [, source] = /source=(\S+?),target=\/packages /.exec(runs) ?? [];
    assert.ok(read("systemd/build-deb.sh").includes(`\noutput=${source}\n`), source);
    assert.match(runs, / \/packages\/latchd-node_\*_\$\{ARCHITECTURE\}\.deb /);
    assert.match(read("systemd/build-deb.sh"), /\$\{name\}_\$\{version\}_\$\{architecture\}\.deb/);
    assert.ok(read(".containerignore").split("\n").includes(`!${source}`));
    assert.deepEqual([...rest("COPY"), ...rest("ADD")], []);
  });

  it("ends as a user that is not root, with the number that the user was made with", () => {
    const [, uid] = /useradd .*--uid (\d+) --gid latchd/.exec(runs) ?? [];
    const [, gid] = /groupadd .*--gid (\d+) latchd/.exec(runs) ?? [];
    assert.ok(Number(uid) > 0 && Number(gid) > 0);
    assert.deepEqual(rest("USER"), [`${uid}:${gid}`]);
    const last = instructions.findLastIndex(([name]) => name === "RUN");
    assert.ok(instructions.findIndex(([name]) => name === "USER") > last);
  });

  it("starts the daemon as the unit of latchd-node does", () => {
    const { version, flags } = packagedNode();
    const words = execStart();
    const start = words.slice(words.indexOf("/usr/bin/node") + 1);
    const main = start.pop();
    assert.deepEqual(list(rest("ENTRYPOINT")[0]), [
      "/usr/lib/latchd/bin/node",
      ...start,
      ...flags,
      main,
    ]);
    assert.deepEqual([...start, ...flags], nodeFlags(version));
  });

  it("writes nothing outside of its volumes with the settings of the package", () => {
    const volumes = list(rest("VOLUME")[0]);
    const file = join(root, "systemd/latchd.yaml");
    const config = loadConfig({ file, env: environment });
    const isInVolume = (path: string) =>
      volumes.some((volume) => `${path}/`.startsWith(`${volume}/`));
    const { dataDir, witnessFile, keyFile, api } = config;
    for (const path of [dataDir, witnessFile, keyFile, api.socket]) {
      assert.ok(typeof path === "string" && isInVolume(path), String(path));
    }
    assert.equal(environment["LATCHD_SOCKET"], api.socket);
    for (const volume of volumes)
      assert.match(runs, new RegExp(`install -d -m 700 .*${volume}( |$)`, "m"));
  });

  it("has a health check that latchctl knows and that the package links into PATH", () => {
    const [check = ""] = rest("HEALTHCHECK");
    const [program, ...words] = list(/CMD (\[.*\])$/.exec(check)?.[1]);
    assert.ok(read("systemd/stage.sh").includes(`"$destination/usr/bin/${program}"`));
    const latchctl = buildProgram(commands, processTerminal(), () => undefined);
    assert.ok(latchctl.commands.some((command) => command.name() === words[0]));
    assert.equal(words.length, 1);
  });
});
