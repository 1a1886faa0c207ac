import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFileSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { createInterface } from "node:readline";
import { after, describe, it } from "node:test";
import ts from "typescript";
import { ExampleHouse } from "../../support/examples/example-house.ts";
import { projectRoot } from "../../support/project-root.ts";

const examples = join(projectRoot(), "examples");
/** Node 20 runs no TypeScript: the example is compiled to here, where it finds the same packages. */
const compiled = join(projectRoot(), "dist", `examples-${process.pid}`);

/** Returns the compiled program. The types are checked by `npm run types`. */
function compiledStay(): string {
  mkdirSync(compiled, { recursive: true });
  const source = readFileSync(join(examples, "guest-stay.mts"), "utf8");
  const { outputText } = ts.transpileModule(source, {
    compilerOptions: { module: ts.ModuleKind.ESNext, target: ts.ScriptTarget.ES2023 },
  });
  writeFileSync(join(compiled, "guest-stay.mjs"), outputText);
  copyFileSync(join(examples, "journal.mjs"), join(compiled, "journal.mjs"));
  return join(compiled, "guest-stay.mjs");
}

/** A program that runs, and the lines that it has printed. */
class Program {
  readonly #child: ChildProcess;
  readonly lines: string[] = [];
  errors = "";

  constructor(command: string, args: readonly string[]) {
    this.#child = spawn(command, args, { stdio: ["ignore", "pipe", "pipe"] });
    const { stdout, stderr } = this.#child;
    assert.ok(stdout !== null);
    createInterface({ input: stdout }).on("line", (line) => this.lines.push(line));
    stderr?.setEncoding("utf8").on("data", (text: string) => {
      this.errors += text;
    });
  }

  async ended(): Promise<number | null> {
    if (this.#child.exitCode === null) await once(this.#child, "exit");
    return this.#child.exitCode;
  }

  kill(): void {
    this.#child.kill("SIGKILL");
  }
}

describe("an example cloud for a guest's stay", { timeout: 300_000 }, () => {
  after(() => rmSync(compiled, { recursive: true, force: true }));

  async function stays(run: (example: ExampleHouse, state: string) => Program): Promise<void> {
    const example = await ExampleHouse.open({ config: { sync: { acknowledge: "cloud" } } });
    const program = run(example, join(example.folder, "stay.json"));
    const printed = (line: RegExp) =>
      example.until(`${line}`, () => {
        // It may report only the broker that the test kills.
        assert.doesNotMatch(program.errors, /^(?!broker: ).+/m);
        return program.lines.some((one) => line.test(one)) ? true : null;
      });
    try {
      const lock = example.house.addLock({ profile: "LATCH-ZCL-1", quirks: { pinUsers: 10 } });
      await printed(/^the network is open/);
      assert.equal(example.house.join(lock), null);
      await printed(/^paired 0x/);
      await printed(/has the guest's code/);
      await example.broker.kill();
      assert.equal(lock.keypad("417263"), "opened");
      await example.broker.restart();
      await printed(/^opened by guest/);
      await printed(/^the guest's code is revoked/);
      assert.equal(await program.ended(), 0, program.errors);
      assert.deepEqual(
        lock.users().map(({ pinCode }) => pinCode.reveal()),
        ["908172"],
      );
      await example.until("what only an acknowledgement ends", async () =>
        (await example.local("get_cloud"))["backlog"] === 0 ? true : null,
      );
    } finally {
      program.kill();
      await example.close();
    }
  }

  it("pairs, sets two codes, sees the opening and revokes, in Python without any package", async () => {
    const script = join(examples, "guest_stay.py");
    await stays(({ broker }, state) => {
      const address = `127.0.0.1:${broker.port}`;
      return new Program("python3", ["-I", script, address, "gw-17", "--state", state]);
    });
  });

  it("does the same in TypeScript", async () => {
    const script = compiledStay();
    await stays(({ broker }, state) => {
      return new Program(process.execPath, [script, broker.url, "gw-17", "--state", state]);
    });
  });
});
