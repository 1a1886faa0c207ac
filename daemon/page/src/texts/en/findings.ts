import type { FindingTexts } from "../../findings/finding.ts";

/** The daemon's own sentences are English; only those are replaced whose advice names a command line. */
export const texts: FindingTexts = {
  upgradeRolledBack: [
    "Version {failed} was installed on {day} and did not work: version {version} runs in its place.",
    "The gateway's log says why; the next upgrade ends this.",
  ],
  storeRestored: [
    "The store comes from a copy{made}: {count} locks get no codes ({names}).",
    "Check their codes, then release them at each lock.",
  ],
  storeBegunEmpty: [
    "The store was lost and there was no copy: the gateway has begun without its locks.",
    "Adopt the locks that are found, or restore a backup.",
  ],
  storeDamaged: [
    "The store was damaged on {day}; what is left of it is in {folder}.",
    "Check the card or disk and replace a worn one; then delete the folder.",
  ],
  stickMissing: [
    "No Zigbee stick can be reached at {path}. No lock can be reached.",
    "Plug the stick in, or correct stick.path in the configuration.",
  ],
  storeWorks: ["The store takes writes; {free_mb} of the disk are free.", ""],
  diskFull: ["The disk is full: {free_mb} are free.", "Delete what fills it."],
  diskLow: ["The disk is nearly full: {free_mb} are free.", "Delete what fills it."],
  copyMissing: ["The gateway has no copy of its store.", "Its log says why not."],
  copyOld: [
    "The gateway's copy of its store is {hours} h old.",
    "A new one is due within ten minutes of a start; else its log says why not.",
  ],
  backupNone: ["No backup was ever made.", "Make one on the gateway and keep it elsewhere."],
  backupOld: [
    "The last backup is {days} days old.",
    "Make one on the gateway and keep it elsewhere.",
  ],
  certificateEnds: ["The certificate of the API ends on {day}.", "Renew it."],
  certificateOver: ["The certificate of the API ended on {day}: callers refuse it.", "Renew it."],
  networkOpen: ["The network is open: devices can join.", "Finish pairing, or close the network."],
  clockLost: [
    "The time is not known; nothing new is granted.",
    "Connect the gateway to the internet, or set its time under Clock.",
  ],
  clockHolding: [
    "No time source for a day; the clock runs on.",
    "Connect the gateway to the internet.",
  ],
  systemClockOff: ["The system's clock is {seconds} s away from the gateway's time.", ""],
  cloudNotProtected: [
    "The cloud is not protected end to end.",
    "Have the cloud's commands signed and the codes sealed: docs/mqtt.md says how.",
  ],
  callbackWaiting: [
    "Partner {callback} does not take events; {backlog} wait.",
    "Check the partner's server. Nothing is lost meanwhile.",
  ],
  noLock: ["No lock is paired yet.", "Pair the first one."],
  lockFound: [
    "Lock {model} ({lock}) is on the network and has no records here.",
    "Pair it, or adopt it.",
  ],
  grantsHeldRejoined: [
    "{name} gets no codes: a device with its address has joined.",
    "Make sure at the door that it is this lock, then release its codes.",
  ],
  grantsHeldRestored: [
    "{name} gets no codes: its records come from a copy.",
    "Check its codes, then release them.",
  ],
  slotReadOld: ["{name}: a slot was last read {days} days ago.", "Press a key at the lock."],
  slotsUnknown: ["{name}: {count} slots are not known yet.", "They are read one after another."],
  changesWait: [
    "{name}: {count} changes wait for it, the oldest for {minutes} min.",
    "They go to it as soon as it can be reached.",
  ],
  changesLate: [
    "{name}: {count} changes wait for it for {minutes} min, although it is heard.",
    "Press a key at the lock so that it takes them.",
  ],
  passwordsFailed: ["{name}: {count} codes failed.", "Its list of codes says why."],
  noAdministrator: [
    "{name} has no administrator's code: no other can be added.",
    "Set the administrator's code.",
  ],
  unmanagedCodes: ["{name} contains {count} codes of nobody.", "Adopt or delete them under Slots."],
  lockUnknownToNetwork: [
    "{name} is not known to the network.",
    "Press a key at the lock so that it speaks; else pair it again.",
  ],
  lockOffline: [
    "{name} is offline.",
    "Press a key at the lock; else batteries, then distance: a router in between helps.",
  ],
  linkWeak: ["{name}: link quality {link_quality} of 255.", "Put a mains-powered plug between."],
  lockClockOff: ["{name}: its clock is {seconds} s off.", "The gateway sets it by itself."],
  boltJammed: ["{name}: its door reports {door}.", "Look at the door and the bolt."],
  boltHalfWay: ["{name}: its bolt is stuck half way.", "Look at the door; turn the knob by hand."],
  revocationOverdue: [
    "{name}: codes that should be gone may still open ({count}, the oldest for {minutes} min).",
    "Press a key at the lock so that the gateway reaches it; else clear the code at the lock.",
  ],
  slotsHidden: ["{name} does not show what its slots hold.", ""],
};
