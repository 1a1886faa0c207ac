import assert from "node:assert/strict";
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { after, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { commandsOf } from "../../support/doc-commands.ts";
import { freePort } from "../../support/rigs/free-port.ts";
import { within } from "../../support/within.ts";

const page = "first-steps.md";
const limitMs = 120_000;
const built = fileURLToPath(new URL("../../../", import.meta.url));

/** The house and the gateway of the page, as processes of their own, on ports of their own. */
class Journey {
  readonly folder = mkdtempSync(join(tmpdir(), "latchd-first-"));
  readonly stickPort: number;
  readonly #controlPort: number;
  readonly #apiPort: number;
  readonly #brokerPort: number;
  readonly #children: ChildProcess[] = [];

  private constructor([stick, control, api, broker]: readonly [number, number, number, number]) {
    this.stickPort = stick;
    this.#controlPort = control;
    this.#apiPort = api;
    this.#brokerPort = broker;
  }

  /** The page's own commands start both processes. */
  static async begin(): Promise<Journey> {
    const journey = new Journey([
      await freePort(),
      await freePort(),
      await freePort(),
      await freePort(),
    ]);
    const [stick = "", gateway = ""] = commandsOf(page, "The house").map((block) =>
      journey.own(block),
    );
    const args = /npm run stick -- (.*)/.exec(stick)?.[1] ?? assert.fail(stick);
    const ports = ["--port", String(journey.stickPort)];
    ports.push("--control-port", String(journey.#controlPort));
    journey.start("drivers/simulated/main.js", [...args.split(" "), ...ports], {});
    const words = gateway.trim().split(" ");
    assert.deepEqual(words.slice(-2), ["npm", "start"]);
    const environment = Object.fromEntries(words.slice(0, -2).map((word) => word.split("=", 2)));
    const more = { LATCHD_API_PORT: String(journey.#apiPort), LATCHD_LOG_FORMAT: "json" };
    await said(journey.start("daemon/main.js", [], { ...environment, ...more }), "is online");
    return journey;
  }

  /** The page's ports and folders, which the test replaces with others. */
  own(commands: string): string {
    return commands
      .replaceAll("127.0.0.1:20108", `127.0.0.1:${this.stickPort}`)
      .replaceAll("127.0.0.1:20109", `127.0.0.1:${this.#controlPort}`)
      .replaceAll("127.0.0.1:8480", `127.0.0.1:${this.#apiPort}`)
      .replaceAll("/tmp/", `${this.folder}/`)
      .replaceAll(
        "docs/broker/mosquitto.conf >",
        `docs/broker/mosquitto.conf | ${this.#ownPort()} >`,
      )
      .replaceAll("localhost:8883", `localhost:${this.#brokerPort}`)
      .replaceAll("npm start --", `LATCHD_API_PORT=${this.#apiPort} exec node dist/daemon/main.js`)
      .replaceAll("dist/", built);
  }

  #ownPort(): string {
    return `sed s/8883/${this.#brokerPort}/`;
  }

  start(
    script: string,
    args: readonly string[],
    environment: Readonly<Record<string, string>>,
  ): ChildProcess {
    const child = spawn(process.execPath, [join(built, script), ...args], {
      env: { ...process.env, ...environment },
      stdio: ["ignore", "pipe", "inherit"],
    });
    this.#children.push(child);
    return child;
  }

  /**
   * Runs a whole chapter in one shell, as a reader would type it. Its background processes end with
   * it.
   */
  async run(chapter: string): Promise<string> {
    const blocks = commandsOf(page, chapter).map((block) => typed(this.own(block)));
    const script = ["set -e", "trap 'kill $(jobs -p) 2>/dev/null || true; wait' EXIT", ...blocks];
    const shell = spawn("bash", ["-c", script.join("\n")], { stdio: ["ignore", "pipe", "pipe"] });
    const output = Promise.all([text(shell.stdout), text(shell.stderr)]);
    try {
      const [code] = await within(limitMs, `${chapter} to end`, () => once(shell, "close"));
      const [out, error] = await output;
      assert.equal(code, 0, `${out}\n${error}`);
      return `${out}\n${error}`;
    } finally {
      shell.kill("SIGKILL");
    }
  }

  /** Ends all processes except the first `left`, the newest first. */
  async end(left = 0): Promise<void> {
    for (const child of this.#children.splice(left).reverse()) {
      const ended = child.exitCode === null ? once(child, "exit") : Promise.resolve([]);
      child.kill("SIGTERM");
      await within(limitMs, "a process to end", () => ended);
    }
    if (left === 0) rmSync(this.folder, { recursive: true, force: true });
  }
}

/** Codes that the page asks for come on standard input, because the test has no terminal. */
function typed(commands: string): string {
  const asks = /^(latchctl (?:.*\\\n)*.*?) +# type ([0-9]+)$/gm;
  const [piped, count] = [
    commands.replaceAll(asks, "echo $2 | $1"),
    commands.split("# type").length,
  ];
  assert.equal(piped.split("echo ").length >= count, true, "each command that asks is found");
  assert.doesNotMatch(commands, /--code /, "no command contains a code");
  return piped;
}

/** The chapters of the page, in English and in Chinese. */
const chapters: ReadonlyMap<string, string> = new Map([
  ["The house", "准备一套房子"],
  ["With a cloud, protected", "接入云端,并加以保护"],
  ["With latchctl", "用 latchctl 操作"],
  ["With curl", "用 curl 操作"],
]);

describe("the first steps in Chinese", () => {
  it("have the commands of the English page, which the tests below run", () => {
    for (const [english, chinese] of chapters) {
      const commands = commandsOf("first-steps.zh-CN.md", chinese);
      assert.deepEqual(commands, commandsOf(page, english), chinese);
    }
  });
});

/** Performs the steps of a reader who has only this page. */
describe("the first steps in the docs", { concurrency: 2 }, () => {
  const journeys: Journey[] = [];
  after(async () => {
    for (const journey of journeys) await journey.end();
  });

  async function begin(): Promise<Journey> {
    const journey = await Journey.begin();
    journeys.push(journey);
    return journey;
  }

  it("lead to an open door with latchctl alone, and to a backup that another gateway starts from", async () => {
    const journey = await begin();
    writeFileSync(join(journey.folder, "passphrase"), "a passphrase of many words\n");
    const out = await journey.run("With latchctl");
    assert.match(out, /is paired[\s\S]*is paired/);
    assert.equal([...out.matchAll(/^done: (front|back) has confirmed it$/gm)].length, 4);
    assert.match(out, /cleaner +on its way|cleaner +yes/);
    assert.match(out, /\{"result":"opened"\}/);
    assert.match(out, /opened +code +1 +guest/);
    await restores(journey);
  });

  it("lead to a cloud connection that is signed, sealed and closed to others, without a warning", async () => {
    const journey = await begin();
    await journey.end(1);
    const out = await journey.run("With a cloud, protected");
    assert.match(out, /for the cloud {4}cloud-private-keys.json/);
    assert.match(out, /"command":"list_locks","ErrNo":0/);
    assert.doesNotMatch(out, /not protected|not signed|readable for everybody/);
  });

  it("lead to an open door with curl alone", async () => {
    const journey = await begin();
    const out = await journey.run("With curl");
    assert.match(out, /\{"result":"opened"\}/);
    assert.match(out, /"source_name":"guest"/);
    assert.doesNotMatch(out, /"ErrNo":[1-9]/);
  });

  /**
   * Starts a second gateway from the backup. It knows the locks and which password each code
   * belongs to.
   */
  async function restores(journey: Journey): Promise<void> {
    await journey.end(1);
    const { folder } = journey;
    const environment = {
      LATCHD_STICK_PATH: `tcp://127.0.0.1:${journey.stickPort}`,
      LATCHD_DATA_DIR: join(folder, "second"),
      LATCHD_API_PORT: "0",
      LATCHD_LOG_FORMAT: "json",
    };
    const passphrase = ["--passphrase-file", join(folder, "passphrase")];
    const restore = ["--restore", join(folder, "latchd.backup"), ...passphrase];
    const restoring = journey.start("daemon/main.js", restore, environment);
    const [code] = await within(limitMs, "the restore to end", () => once(restoring, "exit"));
    assert.equal(code, 0);
    await said(journey.start("daemon/main.js", [], environment), "ready");
    const socket = join(folder, "second", "latchd.sock");
    const list = ["--json", "--socket", socket, "password", "list", "front"];
    const cli = spawn(process.execPath, [join(built, "daemon/cli/main.js"), ...list]);
    assert.match(await text(cli.stdout), /"name":"guest"/);
  }
});

/** Waits until a process has printed the text. */
async function said(child: ChildProcess, words: string): Promise<void> {
  let output = "";
  await within(limitMs, `"${words}"`, () => {
    return new Promise<void>((resolve, reject) => {
      child.once("exit", (code) => reject(new Error(`it ended with ${code}: ${output}`)));
      child.stdout?.setEncoding("utf8").on("data", (chunk: string) => {
        output = `${output}${chunk}`.slice(-8_000);
        if (output.includes(words)) resolve();
      });
    });
  });
}
