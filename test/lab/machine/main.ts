import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { Command } from "commander";
import { SimulatedHouse } from "../../../drivers/simulated/house.ts";
import { projectRoot } from "../../support/project-root.ts";
import { Machine } from "./machine.ts";
import { packageStory } from "./package-story.ts";
import { scriptStory } from "./script-story.ts";
import { Story } from "./story.ts";

/** EX_UNAVAILABLE: this computer cannot boot a machine. */
const unavailable = 69;
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
