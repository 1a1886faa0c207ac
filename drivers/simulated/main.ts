import { Command, InvalidArgumentError } from "commander";
import { ControlServer } from "./control/control-server.ts";
import { maxLocks, SimulatedHouse } from "./house.ts";
import type { DoorAct } from "./lock/body/act-log.ts";
import { isProfileName, type ProfileName, profileNames } from "./lock/profiles.ts";

/** Exit codes: 0 stopped by a signal, 1 could not start, 2 wrong arguments. */
const exitCode = { couldNotStart: 1, usage: 2 } as const;

interface StickArguments {
  readonly host: string;
  readonly port: number;
  readonly pty?: string;
  readonly controlPort: number;
  readonly state?: string;
  readonly lock: readonly ProfileName[];
  readonly locks: number;
  readonly autoJoin: boolean;
  readonly firmware: number;
}

function profile(text: string, before: readonly ProfileName[]): ProfileName[] {
  if (!isProfileName(text)) {
    throw new InvalidArgumentError(`Known profiles: ${profileNames.join(", ")}.`);
  }
  return [...before, text];
}

function integer(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (/^[0-9]+$/.test(text) && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`A whole number from ${least} to ${most}, please.`);
  };
}

function parseArguments(): StickArguments {
  const command = new Command("stick")
    .description("A simulated CC2652 stick with virtual Zigbee locks behind it.")
    .option("--host <address>", "address of the serial port on TCP", "127.0.0.1")
    .option("--port <number>", "TCP port of the serial port, 0 = any", integer(0, 65_535), 20_108)
    .option("--pty <path>", "offer the serial port as a pseudo terminal as well")
    .option("--control-port <number>", "HTTP control on loopback", integer(0, 65_535), 20_109)
    .option("--state <folder>", "keep the stick's flash and the locks' memories here")
    .option("--lock <profile>", "add a lock of this profile; may be repeated", profile, [])
    .option("--locks <number>", "have at least so many locks", integer(0, maxLocks), 0)
    .option("--no-auto-join", "locks join only when the control interface says so")
    .option("--firmware <YYYYMMDD>", "firmware date", integer(20_180_000, 20_991_231), 20_240_710)
    .addHelpText("after", `\nProfiles: ${profileNames.join(", ")}`)
    .exitOverride((error) => process.exit(error.exitCode === 0 ? 0 : exitCode.usage));
  return command.parse().opts<StickArguments>();
}

/** Locks named on the command line that the state folder does not hold yet, then plain ones. */
function furnish(house: SimulatedHouse, wanted: StickArguments): void {
  const present: string[] = house.locks().map((lock) => lock.profileName);
  for (const name of wanted.lock) {
    const index = present.indexOf(name);
    if (index >= 0) present.splice(index, 1);
    else house.addLock({ profile: name });
  }
  while (house.locks().length < wanted.locks) {
    const name = profileNames[house.locks().length % profileNames.length];
    house.addLock({ profile: name ?? "LATCH-ZCL-1" });
  }
}

const isTerminal = process.stdout.isTTY;
const colours: Partial<Record<DoorAct["act"], number>> = {
  opened: 32,
  locked: 36,
  refused: 33,
  lockedOut: 31,
  alarm: 31,
  jammed: 31,
};

function print(ieee: string, act: DoorAct): void {
  const who = act.userId === null ? "" : ` user ${act.userId}`;
  const why = act.reason === null ? "" : ` (${act.reason})`;
  const colour = colours[act.act];
  const word =
    isTerminal && colour !== undefined ? `\u001b[${colour}m${act.act}\u001b[0m` : act.act;
  console.log(`${new Date().toISOString().slice(11, 23)}  ${ieee}  ${word}${who}${why}`);
}

async function run(): Promise<void> {
  const wanted = parseArguments();
  const house = new SimulatedHouse({
    ...(wanted.state === undefined ? {} : { statePath: wanted.state }),
    isAutoJoining: wanted.autoJoin,
    firmwareRevision: wanted.firmware,
  });
  house.open();
  furnish(house, wanted);
  house.onAct(print);
  const serial = await house.stick.listenTcp({ host: wanted.host, port: wanted.port });
  if (wanted.pty !== undefined) await house.stick.listenPty(wanted.pty);
  const control = new ControlServer(house);
  const controlPort = await control.open(wanted.controlPort);
  console.log(`stick    tcp://${serial.host}:${serial.port}${wanted.pty ? `  ${wanted.pty}` : ""}`);
  console.log(`control  http://127.0.0.1:${controlPort}/`);
  for (const lock of house.locks()) {
    console.log(`lock     ${lock.ieee}  ${lock.profileName}${lock.isJoined ? "  (joined)" : ""}`);
  }
  const stop = (): void => {
    control
      .close()
      .then(() => house.close())
      .then(() => process.exit(0))
      .catch(fail);
  };
  process.once("SIGINT", stop);
  process.once("SIGTERM", stop);
}

function fail(error: unknown): void {
  console.error(`stick: ${error instanceof Error ? error.message : String(error)}`);
  process.exit(exitCode.couldNotStart);
}

run().catch(fail);
