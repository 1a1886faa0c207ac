import { type FindingKind, kind } from "./finding-kind.ts";

const lock = "lock {name} ({lock})";

/** What the doctor can find about locks, by code. */
export const lockKinds = {
  noLock: kind("lock", "warn", "no lock is paired", "latchctl pair"),
  lockFound: kind(
    "lock",
    "warn",
    "lock {model} ({lock}) is on the network and has no records here",
    "latchctl adopt {lock} adopts it",
  ),
  lockWell: kind("lock", "ok", `${lock} is online`),
  lockUnknownToNetwork: kind(
    "lock",
    "bad",
    `${lock} is not known to the network`,
    "the gateway looks for it; press a key at the lock so that it speaks, else pair it again",
  ),
  lockOffline: kind(
    "lock",
    "bad",
    `${lock} is offline`,
    "press a key at the lock; else batteries, then distance: a router in between helps",
  ),
  lockUnanswering: kind(
    "lock",
    "warn",
    `${lock} did not answer {tries} times; it was last heard {minutes} min ago`,
    "press a key at the lock; else batteries, then distance: a router in between helps",
  ),
  lockSilent: kind(
    "lock",
    "warn",
    `${lock} was not heard for {minutes} min; it should speak every {rhythm} min`,
    "press a key at the lock; else batteries, then distance: a router in between helps",
  ),
  linkWeak: kind(
    "lock",
    "warn",
    `${lock}: link quality {link_quality} of 255`,
    "put a router (a mains-powered plug) between",
  ),
  batteryLow: kind("lock", "warn", `${lock}: battery {percent} %`, "change its batteries"),
  lockClockOff: kind(
    "lock",
    "warn",
    `${lock}: its clock is {seconds} s off`,
    "the gateway sets it by itself; batteries that end lose it again",
  ),
  boltJammed: kind(
    "lock",
    "bad",
    `${lock}: its door reports {door}`,
    "look at the door and the bolt",
  ),
  boltHalfWay: kind(
    "lock",
    "bad",
    `${lock}: its bolt is stuck half way`,
    "look at the door and the bolt; turn the knob by hand",
  ),
  grantsHeldRejoined: kind(
    "lock",
    "bad",
    `${lock} gets no codes: a device with its address has joined`,
    "make sure at the door that it is this lock, then latchctl call release_grants --uuid {lock}",
  ),
  grantsHeldRestored: kind(
    "lock",
    "bad",
    `${lock} gets no codes: its records come from a copy`,
    "check its passwords, or wait for the cloud's snapshot, then latchctl call release_grants --uuid {lock}",
  ),
  revocationOverdue: kind(
    "lock",
    "bad",
    `${lock}: {count} passwords may still open although they should not, the oldest for {minutes} min`,
    "press a key at the lock so that the gateway reaches it; else clear the code at the lock",
  ),
  slotsHidden: kind(
    "lock",
    "warn",
    `${lock} does not show what its slots hold`,
    "codes made at the keypad are known only if the lock reports them",
  ),
  slotReadOld: kind(
    "lock",
    "warn",
    `${lock}: a slot was last read {days} days ago`,
    "raise locks.audits_per_day; a lock that sleeps is read only when it is used",
  ),
  slotsUnknown: kind(
    "lock",
    "ok",
    `${lock}: {count} slots are not known yet, the oldest for {hours} h`,
    "they are read one after another; latchctl lock scan {lock} reads them now",
  ),
  changesWait: kind(
    "lock",
    "ok",
    `${lock}: {count} changes wait for it, the oldest for {minutes} min`,
    "they go to it as soon as it can be reached",
  ),
  changesLate: kind(
    "lock",
    "warn",
    `${lock}: {count} changes wait for it, the oldest for {minutes} min, although it is heard`,
    "press a key at the lock so that it takes them; latchctl password list {lock} shows them",
  ),
  passwordsFailed: kind(
    "lock",
    "warn",
    `${lock}: {count} passwords failed`,
    "latchctl password list {lock} says why",
  ),
  noAdministrator: kind(
    "lock",
    "warn",
    `${lock} has no administrator code: no other can be added`,
    "latchctl password admin {lock}",
  ),
  unmanagedCodes: kind(
    "lock",
    "warn",
    `${lock} contains {count} unmanaged codes`,
    "latchctl lock unmanaged {lock}, then lock adopt or lock forget",
  ),
} as const satisfies Readonly<Record<string, FindingKind>>;
