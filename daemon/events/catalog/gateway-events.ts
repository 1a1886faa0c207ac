import Type from "typebox";
import { type EventInfo, eventWith, plainEvent, text, whole, words } from "./event-info.ts";

const silence = {
  since: Type.Integer({ description: "Unix seconds, the cloud's last signed message" }),
  silent_s: whole("seconds without one"),
};

/** Events of the gateway itself: its stick, its lines, its time. */
export const gatewayEvents = {
  centerOfflineAlarm: plainEvent(
    "The gateway lost the broker at this time; it comes with the event of the return.",
  ),
  clearCenterOfflineAlarm: eventWith("The gateway has the broker again.", {
    offline_s: whole("seconds without it"),
  }),
  stickOfflineAlarm: eventWith("The Zigbee stick is away: no lock can be reached.", {
    cause: words(
      [
        "stickMissing",
        "stickBusy",
        "noPermission",
        "notACoordinator",
        "stickSilent",
        "stickLost",
        "stickReset",
        "stickStuck",
        "networkMismatch",
        "filesUnusable",
      ],
      "what is wrong",
    ),
    text: text("the same as a sentence"),
  }),
  clearStickOfflineAlarm: plainEvent("The Zigbee stick works again."),
  joiningClosed: plainEvent(
    "The network was open for joining when the gateway stopped; it is closed now.",
  ),
  apiOfflineAlarm: eventWith("The gateway cannot listen for its API.", {
    listener: words(["tcp", "socket"], "which one"),
    text: text("why"),
  }),
  clearApiOfflineAlarm: eventWith("The gateway listens for its API again.", {
    listener: words(["tcp", "socket"], "which one"),
  }),
  clockAlarm: eventWith("The gateway's time was set by a person, or went back.", {
    change: words(["set", "back"], "set by a person, or corrected to an earlier time"),
    from: Type.Integer({ description: "Unix ms before" }),
    to: Type.Integer({ description: "Unix ms after" }),
    by: Type.Optional(text("who set it")),
  }),
  refusedMessageAlarm: eventWith("Messages of the broker were refused and not carried out.", {
    kind: words(
      ["forged", "retained", "malformed", "acknowledgement"],
      "not signed by the cloud; retained; no JSON command with an id; of a record that never was",
    ),
    count: whole("how many since the last such event"),
    topic: text("where the last one came"),
    reason: text("what was wrong with it"),
  }),
  cloudSilentAlarm: eventWith(
    "The cloud has signed nothing for 12 hours: somebody may be keeping back its messages.",
    silence,
  ),
  clearCloudSilentAlarm: eventWith("A fresh signed message of the cloud has come.", silence),
  duplicateGatewayAlarm: eventWith("Another gateway uses this gateway's id at the broker.", {
    boot: Type.Union([Type.String(), Type.Null()], { description: "the other's; null = no proof" }),
    start: Type.Union([Type.Integer(), Type.Null()], { description: "the other's start number" }),
  }),
  upgradeRolledBack: eventWith(
    "A new version did not work after its installation; the version before it runs.",
    {
      failed: text("the version that was installed and does not run"),
      version: text("the version that runs"),
      reason: words(
        ["notReady", "store", "stick", "space", "asked"],
        "not ready, or not for long; the store not well; no stick, which worked before; no room for a copy of the records; a person",
      ),
      rolled_back_at: Type.Integer({ description: "Unix seconds, by the machine's clock" }),
    },
  ),
} satisfies Record<string, EventInfo>;
