import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { describe, it } from "node:test";
import { whatToTry } from "../../lab/demo/commands-to-try.ts";
import { buildRig } from "../../lab/demo/rig.ts";

const links = { setUp: "http://localhost:1/#setup=a", pass: "http://localhost:1/#pass=b" };

describe("the commands with which the demo ends", () => {
  it("have no character that bash or zsh would expand when they are pasted", async () => {
    const rig = await buildRig();
    try {
      rig.house.addLock({ profile: "LATCH-ZCL-1" });
      rig.house.addLock({ profile: "YRD226" });
      const text = whatToTry(rig, links);
      const commands = text
        .split("\n")
        .filter((line) => /^ {2}(export|latchctl|curl|mosquitto_)/.test(line));
      assert.ok(commands.length >= 10);
      for (const word of ["latchctl locks", "latchctl doctor", links.setUp, links.pass]) {
        assert.ok(text.includes(word), word);
      }
      for (const command of commands) {
        const bare = command.replaceAll(/'[^']*'|"[^"]*"/g, "");
        // A function of the shell has braces and parentheses; zsh expands the others, or fails over them.
        assert.doesNotMatch(
          bare.replace("latchctl() {", "").replace("; }", ""),
          /[*?[\]!#~<>{}()]/,
        );
      }
      const { status, stderr } = spawnSync("bash", ["-n"], { input: commands.join("\n") });
      assert.equal(status, 0, String(stderr));
    } finally {
      await rig.close();
    }
  });
});
