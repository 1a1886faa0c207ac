import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import {
  chmodSync,
  copyFileSync,
  cpSync,
  existsSync,
  mkdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from "node:fs";
import { dirname, join } from "node:path";
import { text } from "node:stream/consumers";
import { within } from "../../support/within.ts";

const bootLimitMs = 120_000;
const commandLimitMs = 180_000;
const suite = "bookworm";
const mirror = "http://deb.debian.org/debian";
const packages =
  "systemd,systemd-sysv,dbus,udev,sudo,adduser,tzdata,libatomic1,libstdc++6,ca-certificates";

/** The result of a command on the machine: its exit status, and both its outputs in order of arrival. */
export interface CommandOutput {
  readonly status: number;
  readonly text: string;
}

/**
 * A Debian with systemd as its first process, booted in a container from a folder: it shares the
 * network of the machine that it runs on, and nothing else. Needs root, debootstrap and systemd-nspawn.
 */
export class Machine {
  readonly root: string;
  #nspawn: ChildProcess | null = null;
  #leader = 0;

  constructor(root: string) {
    this.root = root;
  }

  /** @returns what is missing to boot one, or null. */
  static missing(): string | null {
    if (process.getuid?.() !== 0) return "root";
    for (const program of ["debootstrap", "systemd-nspawn", "nsenter"]) {
      if (spawnSync("which", [program]).status !== 0) return program;
    }
    return null;
  }

  /** A fresh system in the folder, unless one is there; takes minutes. */
  make(): void {
    if (existsSync(join(this.root, "usr/lib/systemd/systemd"))) return;
    mkdirSync(this.root, { recursive: true });
    const words = ["--variant=minbase", `--include=${packages}`, suite, this.root, mirror];
    execFileSync("debootstrap", words, { stdio: "inherit" });
  }

  /** Puts the running Node.js there as the package that the distribution's own is too old for. */
  installNode(): void {
    const tree = join(this.root, "var/tmp/nodejs");
    mkdirSync(join(tree, "DEBIAN"), { recursive: true });
    mkdirSync(join(tree, "usr/bin"), { recursive: true });
    copyFileSync(process.execPath, join(tree, "usr/bin/node"));
    chmodSync(join(tree, "usr/bin/node"), 0o755);
    const npm = join(realpathSync(join(dirname(process.execPath), "npm")), "../..");
    cpSync(npm, join(tree, "usr/lib/node_modules/npm"), { recursive: true });
    rmSync(join(tree, "usr/bin/npm"), { force: true });
    symlinkSync("../lib/node_modules/npm/bin/npm-cli.js", join(tree, "usr/bin/npm"));
    const architecture = execFileSync("dpkg", ["--print-architecture"], {
      encoding: "utf8",
    }).trim();
    const control = [
      "Package: nodejs",
      `Version: ${process.version.slice(1)}`,
      `Architecture: ${architecture}`,
      "Maintainer: nobody <nobody@localhost>",
      "Description: Node.js",
    ];
    writeFileSync(join(tree, "DEBIAN/control"), `${control.join("\n")}\n`);
    const file = join(this.root, "var/tmp/nodejs.deb");
    execFileSync("dpkg-deb", ["--root-owner-group", "-Znone", "--build", tree, file]);
    execFileSync("chroot", [this.root, "dpkg", "-i", "/var/tmp/nodejs.deb"], { stdio: "ignore" });
  }

  async boot(): Promise<void> {
    const words = ["-D", this.root, "-b", "--register=no", "--keep-unit", "-M", "latchd-machine"];
    const nspawn = spawn("systemd-nspawn", words, { stdio: ["ignore", "ignore", "inherit"] });
    this.#nspawn = nspawn;
    await within(bootLimitMs, "the machine to boot", async () => {
      while (this.#leader === 0) {
        if (nspawn.exitCode !== null) throw new Error(`systemd-nspawn ended: ${nspawn.exitCode}`);
        await pause();
        this.#leader = firstChildOf(nspawn.pid ?? 0);
      }
      const isUp = async () =>
        /running|degraded/.test((await this.run("systemctl is-system-running")).text);
      while (!(await isUp())) await pause();
    });
  }

  /** Runs a command line in a shell of root, in root's home. */
  async run(line: string): Promise<CommandOutput> {
    const enter = ["-t", String(this.#leader), "-m", "-u", "-i", "-p", "-r", "-w"];
    const environment = ["env", "-i", "HOME=/root", "USER=root", "LANG=C.UTF-8", `PATH=${path}`];
    const words = [...enter, ...environment, "bash", "-c", `cd /root && { ${line}\n} 2>&1`];
    const child = spawn("nsenter", words, { stdio: ["ignore", "pipe", "inherit"] });
    const output = text(child.stdout);
    const ended = once(child, "close");
    await within(commandLimitMs, line, () => ended);
    return { status: child.exitCode ?? -1, text: await output };
  }

  /** Gives the machine a file, under the same name in root's home. */
  give(file: string, name: string): void {
    copyFileSync(file, join(this.root, "root", name));
  }

  async halt(): Promise<void> {
    const nspawn = this.#nspawn;
    if (nspawn === null || nspawn.exitCode !== null) return;
    const ended = new Promise((resolve) => nspawn.once("exit", resolve));
    await this.run("systemctl poweroff");
    await within(bootLimitMs, "the machine to halt", () => ended).catch(() =>
      nspawn.kill("SIGKILL"),
    );
  }
}

const path = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

function firstChildOf(pid: number): number {
  try {
    const children = readFileSync(`/proc/${pid}/task/${pid}/children`, "utf8").trim().split(" ");
    // systemd-nspawn keeps a process of its own between itself and the container's first one.
    for (const child of children.filter((text) => text !== "").map(Number)) {
      const name = readFileSync(`/proc/${child}/comm`, "utf8").trim();
      if (name === "systemd") return child;
      const below = firstChildOf(child);
      if (below !== 0) return below;
    }
    return 0;
  } catch {
    return 0;
  }
}

function pause(): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, 200));
}
