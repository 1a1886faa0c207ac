import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, mkdirSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { migrations, newestSchema } from "../../../daemon/store/opening/migrations.ts";
import { projectRoot } from "../project-root.ts";
import { within } from "../within.ts";

/** How a package differs from the one that was built. */
export interface PackageChange {
  readonly version: string;
  /** It does not become ready. */
  readonly isBroken?: boolean;
  /** It ends a moment after it has become ready. */
  readonly isShortLived?: boolean;
  /** It writes the store in a form that the version before it does not know. */
  readonly hasNewerSchema?: boolean;
}

/** The newest form of the store that this program knows, and the one of a program that comes after it. */
export const thisSchema = newestSchema(migrations);
export const newerSchema = thisSchema + 1;

const program = "usr/lib/latchd/dist/daemon";
const scripts = ["DEBIAN/preinst", "DEBIAN/postinst", "usr/share/latchd/upgrade"];

/**
 * A folder into which the real dpkg installs packages of this program, with the package's own scripts. A stand-in for
 * systemctl starts the daemon that the loaded unit names. Needs root.
 */
export class PackageRoot {
  readonly root: string;
  readonly #folder: string;
  readonly #env: NodeJS.ProcessEnv;

  /** @param folder an empty folder @param config the daemon's configuration, beside the paths of the folder */
  constructor(folder: string, config: object) {
    this.#folder = folder;
    this.root = join(folder, "root");
    const parts = ["var/lib/dpkg/info", "var/lib/dpkg/updates", "run/systemd/system", "etc/latchd"];
    for (const part of parts) mkdirSync(join(this.root, part), { recursive: true });
    writeFileSync(join(this.root, "var/lib/dpkg/status"), "");
    const fixture = join(projectRoot(), "test/system/interop/fixtures/systemctl");
    for (const name of ["systemctl", "deb-systemd-invoke"])
      cpSync(fixture, join(folder, "bin", name));
    const socket = join(folder, "latchd.sock");
    const data = join(this.root, "var/lib/latchd");
    const settings = {
      data_dir: data,
      witness_file: `${data}-witness/witness.json`,
      api: { port: 0, socket },
      clock: { trust: "system" },
      ...config,
    };
    writeFileSync(join(this.root, "etc/latchd/latchd.yaml"), JSON.stringify(settings));
    this.#env = {
      ...process.env,
      PATH: `${join(folder, "bin")}:${process.env["PATH"]}:/usr/sbin:/sbin`,
      DPKG_ROOT: this.root,
      STAND_IN_NODE: process.execPath,
      LATCHD_SOCKET: socket,
      LATCHD_STEADY_S: "2",
      LATCHD_STICK_WITHIN_S: "15",
    };
  }

  /** Builds the package of this version and unpacks it: the others are made of that tree. @param dist what is built */
  build(dist: string): void {
    const script = join(projectRoot(), "systemd", "build-deb.sh");
    const architecture = execFileSync("dpkg", ["--print-architecture"], { encoding: "utf8" });
    execFileSync("bash", [script, "-o", this.#folder, architecture.trim()], {
      env: { ...process.env, LATCHD_DIST: dist, LATCHD_XZ_LEVEL: "0" },
      stdio: "pipe",
    });
    const name = readdirSync(this.#folder).find((file) => file.endsWith(".deb")) ?? "";
    execFileSync("dpkg-deb", ["-R", join(this.#folder, name), join(this.#folder, "tree")]);
    // A shell starts them with the Node.js of this run.
    for (const start of ["main.js", "cli/main.js"])
      this.#edit("tree", [`${program}/${start}`], `1s|.*|#!${process.execPath}|`);
  }

  /** Packs a version. @returns its file */
  pack({ version, isBroken, isShortLived, hasNewerSchema }: PackageChange): string {
    const file = join(this.#folder, `latchd_${version}.deb`);
    const tree = join(this.#folder, "packed");
    rmSync(tree, { recursive: true, force: true });
    execFileSync("cp", ["-al", join(this.#folder, "tree"), tree]);
    this.#edit("packed", ["DEBIAN/control"], `s/^Version: .*/Version: ${version}/`);
    this.#edit("packed", scripts, `s/^this_version=.*/this_version=${version}/`);
    if (isBroken === true)
      this.#edit(
        "packed",
        [`${program}/main.js`],
        's/^ *logger.info({ version, gateway/console.error("broken");process.exit(70);&/',
      );
    if (isShortLived === true)
      this.#edit(
        "packed",
        [`${program}/main.js`],
        "s/^ *service.ready();/setTimeout(process.exit, 500, 70);&/",
      );
    if (hasNewerSchema === true) {
      const file = `${program}/store/opening/migrations.js`;
      const step = `{ to: ${newerSchema}, summary: "", apply: () => [] },`;
      this.#edit("packed", [file], `/^export const migrations/,/^];/s/^];/${step}\\n];/`);
      this.#edit("packed", scripts, `s/^this_schema=.*/this_schema=${newerSchema}/`);
    }
    execFileSync("dpkg-deb", ["--root-owner-group", "-Znone", "--build", tree, file]);
    return file;
  }

  /** Installs a package with dpkg. @returns how dpkg ended, and what it and the scripts printed */
  install(file: string): { readonly status: number | null; readonly text: string } {
    return this.#dpkg("--install", file);
  }

  purge(): { readonly status: number | null; readonly text: string } {
    return this.#dpkg("--purge", "latchd");
  }

  /** Runs a program of the folder. @returns its output @throws if it fails */
  run(name: string, ...words: readonly string[]): string {
    const options = { env: this.#env, encoding: "utf8" } as const;
    return execFileSync(join(this.root, "usr/bin", name), words, options);
  }

  /** Runs the package's script for upgrades. */
  upgrade(word: string): { readonly status: number | null; readonly text: string } {
    return this.#spawn(join(this.root, "usr/share/latchd/upgrade"), [word]);
  }

  systemctl(...words: readonly string[]): {
    readonly status: number | null;
    readonly text: string;
  } {
    return this.#spawn(join(this.#folder, "bin/systemctl"), words);
  }

  /** Waits until the daemon is ready. */
  async ready(): Promise<void> {
    const isReady = () => this.systemctl("is-active", "--quiet", "latchd.service").status === 0;
    await within(60_000, "the daemon to be ready", async () => {
      while (!isReady()) await new Promise((resolve) => setTimeout(resolve, 200));
    });
  }

  /** Returns what dpkg says of the package: its state and its version. */
  state(): string {
    const words = [`--admindir=${this.root}/var/lib/dpkg`, "--status", "latchd"];
    const { stdout } = spawnSync("dpkg-query", words, { encoding: "utf8" });
    const [, status = ""] = /^Status: install ok (.*)$/m.exec(stdout) ?? [];
    const [, version = ""] = /^Version: (.*)$/m.exec(stdout) ?? [];
    return `${status} ${version}`;
  }

  /** Ends the daemon. */
  close(): void {
    this.systemctl("stop", "latchd.service");
  }

  #dpkg(...words: readonly string[]) {
    const force = "--force-script-chrootless,depends,bad-path,unsafe-io";
    return this.#spawn("dpkg", [`--root=${this.root}`, force, ...words]);
  }

  #spawn(name: string, words: readonly string[]) {
    const { status, stdout, stderr } = spawnSync(name, words, { env: this.#env, encoding: "utf8" });
    return { status, text: stdout + stderr };
  }

  #edit(tree: string, paths: readonly string[], expression: string): void {
    for (const path of paths)
      execFileSync("sed", ["-i", expression, join(this.#folder, tree, path)]);
  }
}
