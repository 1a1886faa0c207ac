import { commandsOf, inline } from "./page.ts";
import { type Story, waitsForService } from "./story.ts";

export interface Door {
  readonly uuid: string;
  opens(code: string): boolean;
}

/** The page from the installation of the package to its removal. */
export async function packageStory(story: Story, door: Door): Promise<void> {
  await install(story);
  await pairLock(story, door);
  await serviceManager(story);
  await upgrade(story, door);
  await restore(story, door);
  await logs(story);
  await removal(story);
}

async function install(story: Story): Promise<void> {
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
  story.sees(exposure.trim(), / 1\.[0-3] OK/.test(exposure));
  const limits = await story.asks("cat /proc/$(systemctl show -P MainPID latchd)/status");
  story.sees("it is confined by a system call filter", /^Seccomp:\t2$/m.test(limits));
  story.sees("it has no capabilities", /^CapBnd:\t0+$/m.test(limits));
}

async function pairLock(story: Story, door: Door): Promise<void> {
  story.chapter("Pair a lock, set its codes");
  await story.waits("the radio is online", () => isOnline(story));
  await story.does("latchctl pair --any");
  await story.waits("the lock is listed", async () =>
    (await story.asks("latchctl locks")).includes(door.uuid),
  );
  await story.does(`latchctl add-password --uuid ${door.uuid} --is_default 1 --password 908172`);
  await story.waits("the administrator's code opens", () => door.opens("908172"));
  await story.does(`latchctl add-password --uuid ${door.uuid} --password 417263 --name guest`);
  await story.waits("the guest's code opens", () => door.opens("417263"));
}

async function serviceManager(story: Story): Promise<void> {
  story.chapter("What the service manager does");
  const pid = async () => (await story.asks("systemctl show -P MainPID latchd")).trim();
  const isAnother = async (before: string) => ![before, "0"].includes(await pid());
  const first = await pid();
  await story.does(`kill -STOP ${first}`);
  await story.waits("a daemon that hangs is killed by the watchdog and restarted", () =>
    isAnother(first),
  );
  await waitsForService(story);
  const second = await pid();
  await story.does(`kill -KILL ${second}`);
  await story.waits("a daemon that was killed is restarted", () => isAnother(second));
  await waitsForService(story);
  await story.does("sed -i '$ a log: { level: debug }' /etc/latchd/latchd.yaml");
  await story.does(inline("sudo systemctl reload latchd"));
  await story.waits("its log's level has changed", async () =>
    /"level":"debug"/.test(await story.asks("journalctl -u latchd -b -o cat")),
  );
}

async function upgrade(story: Story, door: Door): Promise<void> {
  story.chapter("Upgrade");
  for (const command of commandsOf("Upgrade")) await story.does(command);
  await waitsForService(story);
  story.sees(
    "the next version is installed",
    (await story.asks("dpkg-query -W latchd")).includes("0.2.0"),
  );
  story.sees("the lock is still there", (await story.asks("latchctl locks")).includes(door.uuid));
}

async function restore(story: Story, door: Door): Promise<void> {
  story.chapter("Back up, and restore on a machine without data");
  for (const command of commandsOf("Back up")) await story.does(command);
  const [stop = "", ...restore] = commandsOf("Restore");
  await story.does(stop);
  await story.does(
    "rm -rf /var/lib/latchd && install -d -m 700 -o latchd -g latchd /var/lib/latchd",
  );
  for (const command of restore) await story.does(command);
  await waitsForService(story);
  story.sees("the lock is there", (await story.asks("latchctl locks")).includes(door.uuid));
  await story.waits("the radio is online, on the old network", () => isOnline(story));
  await story.does(`latchctl call release_grants --uuid ${door.uuid}`);
  await story.does(`latchctl add-password --uuid ${door.uuid} --password 528374 --name later`);
  await story.waits("a new code opens", () => door.opens("528374"));
  story.sees("the guest's code still opens", door.opens("417263"));
}

async function logs(story: Story): Promise<void> {
  story.chapter("Read the logs");
  for (const command of commandsOf("Read the logs")) {
    if (command.includes(" -f ")) await story.does(`timeout 2 ${command}`, 124);
    else story.sees(command, [0, 1].includes(await statusOf(story, command)));
  }
  const log = await story.asks("journalctl -u latchd -b -o cat");
  story.sees("no code is in the log", !/908172|417263|528374/.test(log));
}

async function removal(story: Story): Promise<void> {
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

async function isOnline(story: Story): Promise<boolean> {
  return /"state":"online"/.test(await story.asks("latchctl --json stick"));
}

async function statusOf(story: Story, command: string): Promise<number> {
  return Number(
    (await story.asks(`( ${command} ) > /dev/null; echo $?`)).trim().split("\n").at(-1),
  );
}
