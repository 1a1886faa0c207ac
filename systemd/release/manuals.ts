import { version } from "../../daemon/base/version.ts";
import { buildProgram } from "../../daemon/cli/program.ts";
import { commands } from "../../daemon/commands/table.ts";
import { daemonProgram } from "../../daemon/process/arguments-parser.ts";
import { fileManual, programManual } from "./manual-pages.ts";

const files = [
  ["/etc/latchd/latchd.yaml", "the configuration; see latchd.yaml(5)"],
  ["/var/lib/latchd", "records, journal, keys and backups of the Zigbee network"],
  ["/run/latchd/latchd.sock", "the socket of latchctl; members of the group latchd may use it"],
  ["/usr/share/doc/latchd/operations.md", "how to install, back up, restore and repair a gateway"],
] as const;

/** Returns the manual pages by their file name, as this version's own programs describe themselves. */
export function manualPages(exampleConfiguration: string): ReadonlyMap<string, string> {
  return new Map([
    ["latchd.8", daemonManual()],
    ["latchctl.1", clientManual()],
    ["latchd.yaml.5", configurationManual(exampleConfiguration)],
  ]);
}

function daemonManual(): string {
  return programManual(daemonProgram(), {
    section: "8",
    version,
    description: [
      "latchd pairs Zigbee locks over a TI CC2652 stick, keeps every password and its time window on the gateway, sets codes in the locks when they begin and clears them when they end, with or without the cloud.",
      "It runs as the system service latchd. Check a configuration as the service does: sudo -u latchd latchd --check.",
      "Every key of the configuration can also be given as an environment variable: LATCHD_ and its path in capitals, such as LATCHD_STICK_PATH.",
    ],
    exitCodes: [
      [0, "stopped on request"],
      [64, "an argument on the command line is wrong"],
      [65, "the store cannot be used as it is: a person must look at it"],
      [70, "a fault of the program, or the disk refused a write"],
      [75, "another process still uses the store"],
      [78, "the configuration is wrong; every fault is reported"],
    ],
    files,
    seeAlso: ["latchctl(1)", "latchd.yaml(5)", "systemctl(1)", "journalctl(1)"],
  });
}

function clientManual(): string {
  const silent = {
    env: {},
    isInteractive: false,
    out: () => undefined,
    error: () => undefined,
    readInput: () => Promise.resolve(""),
  };
  return programManual(
    buildProgram(commands, silent, () => undefined),
    {
      section: "1",
      version,
      description: [
        "latchctl calls the daemon over its unix socket. Who may open the socket has every right, so add people to the group latchd with care.",
        "The command call has every call of the API by its own name and fields; the others are for people.",
      ],
      exitCodes: [
        [0, "done"],
        [1, "the daemon refused, or a part of it is down"],
        [2, "an argument on the command line is wrong"],
        [69, "the daemon cannot be reached"],
        [75, "what was waited for is still under way"],
        [77, "this user may not use the socket"],
      ],
      files,
      seeAlso: ["latchd(8)", "latchd.yaml(5)"],
    },
  );
}

function configurationManual(example: string): string {
  return fileManual(
    { name: "latchd.yaml", summary: "configuration of the Zigbee lock gateway latchd" },
    example,
    {
      section: "5",
      version,
      description: [
        "The daemon reads /etc/latchd/latchd.yaml when it starts. The only required key is stick.path. A fault anywhere keeps the daemon from starting; it names every one of them and ends with 78.",
        "Lines behind a number sign show a key with its default.",
      ],
      exitCodes: [],
      files,
      seeAlso: ["latchd(8)", "latchctl(1)"],
    },
  );
}
