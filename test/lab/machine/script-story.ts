import { cpSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { projectRoot } from "../../support/project-root.ts";
import { inline } from "./page.ts";
import { type Story, waitsForService } from "./story.ts";

/** The install script, without a package. */
export async function scriptStory(story: Story, root: string): Promise<void> {
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
  await waitsForService(story);
  const version = async () => (await story.asks("readlink /usr/lib/latchd")).trim();
  const before = await version();
  await story.does(`cd tree && ${install}`);
  story.sees("run again, it changes nothing", (await version()) === before);

  story.chapter("A new version that does not become healthy");
  const main = join(tree, "dist/daemon/main.js");
  const program = readFileSync(main, "utf8");
  writeFileSync(main, `#!/usr/bin/env node\nprocess.exit(70);\n`);
  const reported = await story.does(
    `cd tree && LATCHD_HEALTHY_WITHIN_S=10 ${install.replace("sudo", "sudo -E")}`,
    1,
  );
  writeFileSync(main, program);
  story.sees("it is rolled back, and the script says so", /was rolled back to/.test(reported));
  story.sees("the version before is in place", (await version()) === before);
  await waitsForService(story);

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
