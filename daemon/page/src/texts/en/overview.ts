/** Texts of the overview. */
export const overview = {
  allWell: "Everything works",
  look: (count: number) =>
    count === 1 ? "One thing needs attention" : `${count} things need attention`,
  parts: {
    store: "Store",
    stick: "Stick",
    network: "Network",
    clock: "Clock",
    cloud: "Cloud",
    api: "API",
    slots: "Slots",
    daemon: "Gateway",
    callback: "Partners",
    lock: "Locks",
  },
  lists: "At the locks",
  waiting: "codes on their way",
  failed: "codes failed",
  overdue: "codes overdue for removal",
  lowBattery: "batteries low",
  silent: "locks silent",
  nothing: "Nothing is waiting.",
};
