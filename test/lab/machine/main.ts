import { execFileSync } from "node:child_process";
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { SimulatedHouse } from "../../../drivers/simulated/house.ts";
import { projectRoot } from "../../support/project-root.ts";
import { within } from "../../support/within.ts";
import { Machine } from "./machine.ts";
import { commandsOf, inline } from "./page.ts";

/** EX_UNAVAILABLE: this computer cannot boot a machine. */
const unavailable = 69;
const patienceMs = 120_000;

/** Runs the commands of docs/operations.md on a Debian that has booted systemd, and looks at what they did. */
class Story {
  readonly #machine: Machine;
  readonly #architecture: string;
  #seen = 0;

  constructor(machine: Machine, architecture: string) {
    this.#machine = machine;
    this.#architecture = architecture;
  }

  get seen(): number {
    return this.#seen;
  }

  chapter(title: string): void {
    process.stdout.write(`\n== ${title}\n`);
  }

  /** A command of the page. @returns what it told. @throws Error unless it ends with `status` */
  async does(command: string, status = 0): Promise<string> {
    const line = command.replaceAll("_arm64.deb", `_${this.#architecture}.deb`);
    process.stdout.write(`  $ ${line}\n`);
    const told = await this.#machine.run(line);
    if (told.status === status) return told.text;
    throw new Error(`"${line}" ended with ${told.status}, not ${status}:\n${told.text}`);
  }

  /** Something that has to be true now. */
  sees(what: string, isSo: boolean): void {
    if (!isSo) throw new Error(`not so: ${what}`);
    this.#seen += 1;
    process.stdout.write(`    ✓ ${what}\n`);
  }

  /** Something that has to come true. */
  async waits(what: string, isSo: () => boolean | Promise<boolean>): Promise<void> {
    await within(patienceMs, what, async () => {
      while (!(await isSo())) await new Promise((resolve) => setTimeout(resolve, 500));
    });
    this.sees(what, true);
  }

  async asks(line: string): Promise<string> {
    return (await this.#machine.run(line)).text;
  }
}

async function run(root: string): Promise<void> {
  const house = new SimulatedHouse();
  house.open();
  const { port } = await house.stick.listenTcp({ host: "127.0.0.1", port: 0 });
  const lock = house.addLock({ profile: "LATCH-ZCL-1" });
  const architecture = execFileSync("dpkg", ["--print-architecture"], { encoding: "utf8" }).trim();
  const machine = new Machine(root);
  const folder = mkdtempSync(join(tmpdir(), "latchd-machine-"));
  try {
    process.stdout.write("a Debian is made and booted: this takes minutes the first time\n");
    machine.make();
    machine.installNode();
    for (const file of packages(folder, architecture))
      machine.give(file, file.slice(folder.length));
    editor(root, port);
    // What an earlier run has logged must not be taken for this one's.
    rmSync(join(root, "var/log/journal"), { recursive: true, force: true });
    await machine.boot();
    const story = new Story(machine, architecture);
    await packageStory(story, {
      uuid: `0x${lock.ieee}`,
      opens: (code) => lock.keypad(code) === "opened",
    });
    await scriptStory(story, root);
    process.stdout.write(`\nThe page is true: ${story.seen} things were looked at.\n`);
  } finally {
    await machine.halt();
    await house.close();
    rmSync(folder, { recursive: true });
  }
}

/** The package of this version, and the same program as a next version. @returns their files */
function packages(folder: string, architecture: string): readonly string[] {
  const build = join(projectRoot(), "systemd", "build-deb.sh");
  execFileSync("bash", [build, "-o", folder, architecture], {
    cwd: projectRoot(),
    stdio: "ignore",
  });
  const first = join(folder, `latchd_0.1.0_${architecture}.deb`);
  const tree = join(folder, "tree");
  execFileSync("dpkg-deb", ["-R", first, tree]);
  const control = join(tree, "DEBIAN/control");
  writeFileSync(control, readFileSync(control, "utf8").replace("Version: 0.1.0", "Version: 0.2.0"));
  const next = join(folder, `latchd_0.2.0_${architecture}.deb`);
  execFileSync("dpkg-deb", ["--root-owner-group", "-Zxz", "-z1", "--build", tree, next]);
  return [first, next];
}

/** `editor` on the machine writes the settings that a person would. */
function editor(root: string, port: number): void {
  const settings = [
    "gateway: { id: gateway-machine }",
    `stick: { path: "tcp://127.0.0.1:${port}" }`,
    // Nothing sets the clock of this machine.
    "clock: { trust: system }",
  ];
  const file = join(root, "usr/local/bin/editor");
  mkdirSync(join(root, "usr/local/bin"), { recursive: true });
  const words = settings.map((line) => `'${line}'`).join(" ");
  writeFileSync(file, `#!/bin/sh\nprintf '%s\\n' ${words} > "$1"\n`);
  chmodSync(file, 0o755);
}

interface Door {
  readonly uuid: string;
  opens(code: string): boolean;
}

async function packageStory(story: Story, door: Door): Promise<void> {
  story.chapter("Install");
  for (const command of commandsOf("Install")) await story.does(command);
  story.sees(
    "the service runs",
    /active \(running\)/.test(await story.asks("systemctl status latchd")),
  );
  await story.does(
    inline("latchctl doctor"),
    Number(/^ *✗/m.test(await story.asks("latchctl doctor"))),
  );
  await story.does(inline("latchctl health"));
  const exposure = await story.asks("systemd-analyze security latchd | tail -1");
  story.sees(exposure.trim(), / 1\.[0-2] OK/.test(exposure));
  const limits = await story.asks("cat /proc/$(systemctl show -P MainPID latchd)/status");
  story.sees("it is confined by a system call filter", /^Seccomp:\t2$/m.test(limits));
  story.sees("it has no capabilities", /^CapBnd:\t0+$/m.test(limits));

  story.chapter("Pair a lock, set its codes");
  const isOnline = async () => /"state":"online"/.test(await story.asks("latchctl stick"));
  await story.waits("the radio is online", isOnline);
  await story.does("latchctl pair --any");
  await story.waits("the lock is listed", async () =>
    (await story.asks("latchctl locks")).includes(door.uuid),
  );
  await story.does(`latchctl add-password --uuid ${door.uuid} --is_default 1 --password 908172`);
  await story.waits("the administrator's code opens", () => door.opens("908172"));
  await story.does(`latchctl add-password --uuid ${door.uuid} --password 417263 --name guest`);
  await story.waits("the guest's code opens", () => door.opens("417263"));

  story.chapter("What the service manager does");
  const pid = async () => (await story.asks("systemctl show -P MainPID latchd")).trim();
  const isAnother = async (before: string) => ![before, "0"].includes(await pid());
  const first = await pid();
  await story.does(`kill -STOP ${first}`);
  await story.waits("a daemon that hangs is killed by the watchdog and started anew", () =>
    isAnother(first),
  );
  await story.waits(
    "it is active",
    async () => (await story.asks("systemctl is-active latchd")).trim() === "active",
  );
  const second = await pid();
  await story.does(`kill -KILL ${second}`);
  await story.waits("a daemon that was killed is started anew", () => isAnother(second));
  await story.waits(
    "it is active",
    async () => (await story.asks("systemctl is-active latchd")).trim() === "active",
  );
  await story.does("sed -i '$ a log: { level: debug }' /etc/latchd/latchd.yaml");
  await story.does(inline("sudo systemctl reload latchd"));
  await story.waits("its log's level has changed", async () =>
    /"level":"debug"/.test(await story.asks("journalctl -u latchd -b -o cat")),
  );

  story.chapter("Upgrade");
  for (const command of commandsOf("Upgrade")) await story.does(command);
  await story.waits(
    "it is active",
    async () => (await story.asks("systemctl is-active latchd")).trim() === "active",
  );
  story.sees(
    "the next version is installed",
    (await story.asks("dpkg-query -W latchd")).includes("0.2.0"),
  );
  story.sees("the lock is still there", (await story.asks("latchctl locks")).includes(door.uuid));

  story.chapter("Back up, and restore on a machine without data");
  for (const command of commandsOf("Back up")) await story.does(command);
  const [stop = "", ...restore] = commandsOf("Restore");
  await story.does(stop);
  await story.does(
    "rm -rf /var/lib/latchd && install -d -m 700 -o latchd -g latchd /var/lib/latchd",
  );
  for (const command of restore) await story.does(command);
  await story.waits(
    "it is active",
    async () => (await story.asks("systemctl is-active latchd")).trim() === "active",
  );
  story.sees("the lock is there", (await story.asks("latchctl locks")).includes(door.uuid));
  await story.waits("the radio is online, on the old network", isOnline);
  await story.does(`latchctl release_grants --uuid ${door.uuid}`);
  await story.does(`latchctl add-password --uuid ${door.uuid} --password 528374 --name later`);
  await story.waits("a new code opens", () => door.opens("528374"));
  story.sees("the guest's code still opens", door.opens("417263"));

  story.chapter("Read the logs");
  for (const command of commandsOf("Read the logs")) {
    if (command.includes(" -f ")) await story.does(`timeout 2 ${command}`, 124);
    else story.sees(command, [0, 1].includes(await statusOf(story, command)));
  }
  const log = await story.asks("journalctl -u latchd -b -o cat");
  story.sees("no code is in the log", !/908172|417263|528374/.test(log));

  story.chapter("Take it away");
  await story.does(`${inline("sudo apt remove latchd")} -y`);
  story.sees(
    "keys and records are left",
    (await story.asks("ls /var/lib/latchd")).includes("store"),
  );
  await story.does(`${inline("apt purge")} -y latchd`);
  const left = await story.asks(
    "find / -xdev -name '*latch*' -not -path '/proc/*' -not -path '/root/*'",
  );
  story.sees(
    "nothing is left",
    left.split("\n").every((path) => path === "" || path.startsWith("/var/log/")),
  );
}

async function statusOf(story: Story, command: string): Promise<number> {
  return Number(
    (await story.asks(`( ${command} ) > /dev/null; echo $?`)).trim().split("\n").at(-1),
  );
}

async function scriptStory(story: Story, root: string): Promise<void> {
  story.chapter("Without a package: the install script");
  const tree = join(root, "root", "tree");
  rmSync(tree, { recursive: true, force: true });
  for (const part of [
    "dist",
    "node_modules",
    "package.json",
    "package-lock.json",
    "systemd",
    "docs",
    "LICENSE",
  ]) {
    cpSync(join(projectRoot(), part), join(tree, part), {
      recursive: true,
      verbatimSymlinks: true,
    });
  }
  const install = inline("sudo bash systemd/install.sh");
  await story.does(`cd tree && ${install}`);
  await story.does("sudo editor /etc/latchd/latchd.yaml && systemctl restart latchd");
  await story.waits(
    "it is active",
    async () => (await story.asks("systemctl is-active latchd")).trim() === "active",
  );
  const version = async () => (await story.asks("readlink /usr/lib/latchd")).trim();
  const before = await version();
  await story.does(`cd tree && ${install}`);
  story.sees("run again, it changes nothing", (await version()) === before);

  story.chapter("A new version that does not become healthy");
  const main = join(tree, "dist/daemon/main.js");
  const program = readFileSync(main, "utf8");
  writeFileSync(main, `#!/usr/bin/env node\nprocess.exit(70);\n`);
  const told = await story.does(
    `cd tree && LATCHD_HEALTHY_WITHIN_S=10 ${install.replace("sudo", "sudo -E")}`,
    1,
  );
  writeFileSync(main, program);
  story.sees("it is rolled back, and the script says so", /was rolled back to/.test(told));
  story.sees("the version before is in place", (await version()) === before);
  await story.waits(
    "it is active",
    async () => (await story.asks("systemctl is-active latchd")).trim() === "active",
  );

  story.chapter("Take it away");
  await story.does(`cd tree && ${inline("sudo bash systemd/install.sh uninstall")}`);
  story.sees("records are left", (await story.asks("ls /var/lib/latchd")).includes("store"));
  await story.does("cd tree && sudo bash systemd/install.sh purge");
  story.sees(
    "nothing is left",
    (await story.asks("ls -d /var/lib/latchd* /etc/latchd /usr/lib/latchd*")).includes(
      "cannot access",
    ),
  );
}

await new Command("machine")
  .description(
    "runs the commands of docs/operations.md on a Debian under a real systemd; needs root, debootstrap, systemd-nspawn",
  )
  .option(
    "--root <folder>",
    "where the Debian lies; kept for the next time",
    "/var/tmp/latchd-machine",
  )
  .action(async ({ root }: { root: string }) => {
    const missing = Machine.missing();
    if (missing === null) return await run(root);
    process.stderr.write(`no machine can be booted here: ${missing} is missing\n`);
    process.exitCode = unavailable;
  })
  .parseAsync();
