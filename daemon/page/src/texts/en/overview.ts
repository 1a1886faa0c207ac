/** Texts of the overview: how the gateway is, and what to do. */
export const texts = {
  well: "Everything works",
  bad: (count: number) => (count === 1 ? "1 thing is wrong" : `${count} things are wrong`),
  warn: (count: number) => (count === 1 ? "1 thing to look at" : `${count} things to look at`),
  gateway: "Gateway",
  more: "To look at",
  version: (name: string, version: string) => `${name} · latchd ${version}`,
  parts: {
    daemon: "Daemon",
    store: "Store",
    stick: "Zigbee stick",
    network: "Network",
    clock: "Clock",
    cloud: "Cloud",
    homeAssistant: "Home Assistant",
    api: "API",
    slots: "Slots",
    lock: "Lock",
    callback: "Partner",
  },
  counts: {
    waiting: "Changes waiting",
    failed: "Changes failed",
    overdue: "Revocations overdue",
    battery: "Batteries low",
    silent: "Locks silent",
  },
  of: (name: string, count: number) => `${name}: ${count}`,
  locks: (count: number) => (count === 1 ? "1 lock" : `${count} locks`),
  inOrder: "Nothing here.",
  notKnown: "not known now",
  percent: (value: number) => `${value} %`,
  heard: (time: string) => `heard ${time}`,
  noLock: "No lock is paired yet.",
  pairFirst: "Pair the first lock",
};

export type OverviewTexts = typeof texts;
