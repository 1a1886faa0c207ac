import assert from "node:assert/strict";
import { type ChildProcess, execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, mkdtempSync, readdirSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { SimulatedHouse } from "../../../drivers/simulated/house.ts";
import { projectRoot } from "../../support/project-root.ts";
import { getOverSocket } from "../../support/rigs/daemon-process.ts";
import { allowedSystemCalls, execStart, unitFile, unitValues } from "../../support/service-unit.ts";
import { within } from "../../support/within.ts";

const highestExposure = 1.3;
const deadlineMs = 60_000;

let folder = "";
before(() => {
  folder = mkdtempSync(join(tmpdir(), "latchd-service-"));
});
after(() => rmSync(folder, { recursive: true, force: true }));

/** Receives the messages to the service manager on a socket of its own. */
class NotifySocket {
  readonly path: string;
  readonly #socat: ChildProcess;
  text = "";

  constructor(path: string) {
    this.path = path;
    this.#socat = spawn("socat", ["-u", `UNIX-RECV:${path}`, "STDOUT"], {
      stdio: ["ignore", "pipe", "inherit"],
    });
    this.#socat.stdout?.setEncoding("utf8").on("data", (text: string) => {
      this.text += text;
    });
  }

  async hears(what: RegExp): Promise<void> {
    await until(`${what} on the notify socket`, () => what.test(this.text));
  }

  close(): void {
    this.#socat.kill();
  }
}

async function until(what: string, holds: () => boolean | Promise<boolean>): Promise<void> {
  await within(deadlineMs, what, async () => {
    while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 20));
  });
}

function architecture(): string {
  return execFileSync("dpkg", ["--print-architecture"], { encoding: "utf8" }).trim();
}

/** Runs dpkg on a root of its own. The package's scripts see that root as DPKG_ROOT. */
function dpkg(root: string, ...words: readonly string[]): void {
  const force = ["--force-script-chrootless", "--force-depends", "--force-not-root"];
  execFileSync("dpkg", [`--root=${root}`, ...force, ...words], { stdio: "pipe" });
}

/** Lists files and folders below a root, without the standard folders and dpkg's own records. */
function contentsOf(root: string): string[] {
  return readdirSync(root, { recursive: true, encoding: "utf8" }).filter(
    (path) => !/^etc$|^var(\/(lib|cache|log))?$|^var\/(lib|cache)\/dpkg|^var\/log/.test(path),
  );
}

describe("the service unit", () => {
  it(`leaves an exposure of at most ${highestExposure}`, (test) => {
    const report = execFileSync(
      "systemd-analyze",
      ["security", "--offline=true", "--no-pager", unitFile],
      { encoding: "utf8" },
    );
    const exposure = Number(/Overall exposure level for [^:]*: ([0-9.]+)/.exec(report)?.[1]);
    test.diagnostic(`systemd-analyze security: ${exposure}`);
    assert.ok(exposure <= highestExposure);
  });

  it("lets the daemon ask the kernel which addresses the machine has", () => {
    // getifaddrs(3) needs a netlink socket; Node's networkInterfaces() throws without one.
    const families = unitValues("RestrictAddressFamilies").flatMap((value) => value.split(" "));
    assert.ok(families.includes("AF_NETLINK"), families.join(" "));
  });
});

describe("the Debian package", () => {
  it("installs, runs as a watched service under the unit's system call filter, and removes everything", async () => {
    const script = join(projectRoot(), "systemd", "build-deb.sh");
    const dist = fileURLToPath(new URL("../../..", import.meta.url));
    execFileSync("bash", [script, "-o", folder, architecture()], {
      env: { ...process.env, LATCHD_DIST: dist, LATCHD_XZ_LEVEL: "0" },
      stdio: "pipe",
    });
    const file = readdirSync(folder).find((name) => name.endsWith(".deb"));
    assert.ok(file !== undefined);
    const root = join(folder, "root");
    mkdirSync(join(root, "var/lib/dpkg/updates"), { recursive: true });
    dpkg(root, "--install", join(folder, file));
    assert.ok(contentsOf(root).includes("etc/latchd/latchd.yaml"));

    await runAsService(join(root, "usr/lib/latchd"));

    dpkg(root, "--purge", "latchd");
    assert.deepEqual(contentsOf(root), []);
  });
});

async function runAsService(program: string): Promise<void> {
  const house = new SimulatedHouse({ isAutoJoining: false });
  house.open();
  const { port } = await house.stick.listenTcp({ host: "127.0.0.1", port: 0 });
  const notify = new NotifySocket(join(folder, "notify.sock"));
  const socket = join(folder, "latchd.sock");
  await until("the notify socket", () => readdirSync(folder).includes("notify.sock"));
  const words = execStart().map((word) =>
    word.replace(/^\/usr\/lib\/latchd/, program).replace(/^\/usr\/bin\/node$/, process.execPath),
  );
  const filter = fileURLToPath(new URL("./fixtures/under-filter.pl", import.meta.url)).replace(
    /.*\/test\//,
    `${projectRoot()}/test/`,
  );
  const child = spawn("perl", [filter, ...allowedSystemCalls(), "--", ...words], {
    env: {
      PATH: process.env["PATH"],
      NOTIFY_SOCKET: notify.path,
      WATCHDOG_USEC: "2000000",
      LATCHD_DATA_DIR: join(folder, "data"),
      LATCHD_STICK_PATH: `tcp://127.0.0.1:${port}`,
      LATCHD_API_SOCKET: socket,
      LATCHD_API_PORT: "0",
    },
    stdio: ["ignore", "inherit", "inherit"],
  });
  const ended = once(child, "exit");
  try {
    await notify.hears(/^READY=1/);
    await notify.hears(/(WATCHDOG=1.*){3}/s);
    await until("the radio to be online", async () =>
      /"stick":\{"state":"ok"/.test(JSON.stringify(await getOverSocket(socket, "/api/health"))),
    );
    child.kill("SIGTERM");
    const [code] = await ended;
    assert.equal(code, 0);
    await notify.hears(/STOPPING=1/);
  } finally {
    child.kill("SIGKILL");
    notify.close();
    await house.close();
  }
}
