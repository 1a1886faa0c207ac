import { type FindingKind, kind } from "./finding-kind.ts";

const stick = "stick {path}: {reason}; no lock can be reached";
/** What the doctor can find about the gateway, by code. */
export const gatewayKinds = {
  daemonAnswers: kind("daemon", "ok", "the daemon answers"),
  upgradeRolledBack: kind(
    "daemon",
    "warn",
    "version {failed} was installed on {day} and did not work: version {version} runs in its place",
    "journalctl -u latchd-upgrade -u latchd says why; the next upgrade ends this",
  ),

  stickWorks: kind("stick", "ok", "stick {path}, firmware {firmware}: answers in {ping_ms} ms"),
  stickStarting: kind("stick", "warn", "the stick is starting", "wait a minute"),
  stickSlow: kind(
    "stick",
    "warn",
    "stick {path}, firmware {firmware}: answers in {ping_ms} ms",
    "the port or the machine is overloaded",
  ),
  stickOldFirmware: kind(
    "stick",
    "warn",
    "stick {path}: its firmware {firmware} is old",
    "flash Z-Stack 3.x.0 coordinator firmware of {oldest} or newer",
  ),
  stickFaults: kind(
    "stick",
    "warn",
    "{reason}",
    "mostly it is the power supply: use another one, or a powered hub",
  ),
  stickMissing: kind(
    "stick",
    "bad",
    stick,
    "plug the stick in, or correct stick.path (ls -l /dev/serial/by-id)",
  ),
  stickBusy: kind(
    "stick",
    "bad",
    stick,
    "end the other program that uses the stick (fuser -v on its path)",
  ),
  stickNotPermitted: kind(
    "stick",
    "bad",
    stick,
    "let the daemon's user at the port: usermod -aG dialout latchd, then restart",
  ),
  stickNoCoordinator: kind(
    "stick",
    "bad",
    stick,
    "flash the stick with Z-Stack 3.x coordinator firmware",
  ),
  stickSilent: kind(
    "stick",
    "bad",
    stick,
    "unplug the stick and plug it in again; check stick.baud_rate and stick.rtscts",
  ),
  stickLost: kind(
    "stick",
    "bad",
    stick,
    "check the cable and the USB port; a powered hub or a short extension helps",
  ),
  stickReset: kind(
    "stick",
    "bad",
    stick,
    "wait a minute; if it comes back, use another power supply or a powered hub",
  ),
  stickStuck: kind(
    "stick",
    "bad",
    stick,
    "wait a minute; if it stays, unplug the stick, plug it in again, update its firmware",
  ),
  stickOfOtherNetwork: kind(
    "stick",
    "bad",
    stick,
    "this is not the stick of these locks: put the right one in, do not reset it",
  ),
  stickFilesUnusable: kind(
    "stick",
    "bad",
    stick,
    "check space, rights and health of the disk (df, ls -l, dmesg), not the stick",
  ),
  stickStopped: kind("stick", "bad", stick, "start the daemon again"),
  stickOffline: kind("stick", "bad", stick, "see the log of the daemon: journalctl -u latchd"),

  networkWorks: kind("network", "ok", "the Zigbee network is up on channel {channel}"),
  networkOpen: kind(
    "network",
    "warn",
    "the network is open: devices can join",
    "latchctl call permit-join --seconds 0",
  ),

  clockSynced: kind("clock", "ok", "clock synced"),
  clockHolding: kind(
    "clock",
    "warn",
    "no time source since a day; the clock runs on",
    "connect to the network, or check the time servers (timedatectl)",
  ),
  clockLost: kind(
    "clock",
    "bad",
    "the time is not known; nothing new is granted",
    "connect to the network, or check the time servers (timedatectl); latchctl clock says why",
  ),
  systemClockOff: kind(
    "clock",
    "warn",
    "the system's clock is {seconds} s away from the gateway's time",
    "timedatectl set-ntp true",
  ),

  cloudConnected: kind("cloud", "ok", "the cloud is connected"),
  cloudNotConfigured: kind("cloud", "ok", "no cloud is configured"),
  cloudNotProtected: kind(
    "cloud",
    "warn",
    "cloud: {reason}",
    "latchctl keys make FOLDER; docs/mqtt.md, End-to-end protection",
  ),
  cloudTrouble: kind(
    "cloud",
    "warn",
    "cloud is degraded: {reason}",
    "check network, cloud.url and credentials; nothing is lost meanwhile",
  ),

  homeAssistantConnected: kind("homeAssistant", "ok", "Home Assistant's broker is connected"),
  homeAssistantTrouble: kind(
    "homeAssistant",
    "warn",
    "Home Assistant's broker: {reason}",
    "check the network, home_assistant.url, credentials and the broker's access list; locks and codes work on",
  ),

  slotsKnown: kind("slots", "ok", "the slots of the locks are read in time"),

  callbackWaiting: kind(
    "callback",
    "warn",
    "callback {callback}: its server does not take events; {backlog} records wait",
    "check the partner's server; latchctl callback list says why; events wait for it",
  ),
} as const satisfies Readonly<Record<string, FindingKind>>;
