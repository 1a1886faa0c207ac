/** How the locks of one family are put into pairing mode and reset, by public documentation, and who is in it. */
export interface LockFamily {
  readonly title: string;
  /** Fits the ids of `test/lab/field/locks.json`. */
  readonly ids: RegExp;
  /** Models that nobody has recorded yet, and of which latchd knows something: manufacturer and model id. */
  readonly alsoKnown?: readonly (readonly [manufacturer: string, model: string])[];
  readonly pairing: string;
  readonly reset: string;
  /** Where pairing and reset are known from. */
  readonly sources: readonly string[];
}

const unknown = "see the maker's manual.";

/** Every family of locks that latchd knows something of, in the sequence of docs/supported-locks.md. */
export const lockFamilies: readonly LockFamily[] = [
  {
    title: "Yale Assure and Real Living, Lockwood",
    ids: /^yale-(yrd|yrl|ydd|ysd)/,
    alsoKnown: [
      ["Yale", "YRL226 TS"],
      ["Yale", "YRD652 TSDB"],
      ["Yale", "YRM476 TS BLE"],
    ],
    pairing:
      "set the lock's master code first; then at the keypad: master code, gear (or #), 7, gear, 1, gear. The 7 is in the menu only while the Zigbee module is in. 7 and 3 leave a network.",
    reset:
      "the button under the cover of the inside unit, as the maker's manual says for the model. It deletes every code and the master code.",
    sources: ["zigbee-herdsman-converters#402 (an owner)", "Yale's guides for its network modules"],
  },
  {
    title: "Yale fingerprint locks (YMF, YDF, YDM)",
    ids: /^irevo-/,
    alsoKnown: [
      ["ASSA ABLOY iRevo", "iZBModule01"],
      ["ASSA ABLOY iRevo", "06e0152204"],
    ],
    pairing: unknown,
    reset: unknown,
    sources: [],
  },
  {
    title: "Yale of Brazil, Papaiz",
    ids: /^(yale-(solis|lia|ymc)|papaiz-)/,
    pairing: unknown,
    reset: unknown,
    sources: [],
  },
  {
    title: "Kwikset and Weiser SmartCode",
    ids: /^kwikset-/,
    pairing:
      "press the button A inside four times in a row. Editions for Control4 (such as 99140-005) join and do not stay.",
    reset:
      "take the battery pack out, hold the Program button while it goes in again, and hold it for about 30 s until the lock beeps and its light is red; press Program once more. The lock then learns the side of the door anew.",
    sources: [
      "zigbee2mqtt.io: 99140-031, 99100-045, 99120-021",
      "Kwikset's support pages",
      "zigbee2mqtt#3711",
    ],
  },
  {
    title: "Schlage Connect",
    ids: /^schlage-/,
    pairing:
      "at the keypad: Schlage button, the programming code (six digits, on the back of the inside unit), 0. The same keys take it out of a network. Known from the maker's page for the Z-Wave model of this lock.",
    reset:
      "see the maker's manual; afterwards let the lock make its set-up run with the door open, or it shows a wrong state for ever.",
    sources: ["kc.allegion.com: the Connect series", "owners of the BE468 (see the table)"],
  },
  {
    title: "Danalock V3",
    ids: /^danalock-/,
    pairing:
      "set it up with the maker's app first, then as its manual says. If it does not join: nearer to the gateway, with fresh batteries. Codes need the maker's keypad (Danapad).",
    reset: unknown,
    sources: ["zigbee2mqtt.io: V3-BTZB/V3-BTZBE"],
  },
  {
    title: "ID Lock with the Datek module",
    ids: /^idlock-/,
    pairing:
      "with the door open, hold the button inside until the keypad lights up; then master code, *, 2, *, 0. That resets the Zigbee module, and it looks for a network.",
    reset:
      "the same for the module. The codes stay in the lock; for the whole lock see the maker's manual.",
    sources: ["zigbee2mqtt.io: 0402946"],
  },
  {
    title: "Nimly, EasyAccess, Keyfree (Onesti)",
    ids: /^(onesti-|easyaccess-)/,
    pairing: unknown,
    reset: unknown,
    sources: [],
  },
  {
    title: "Heimgard and Wattle",
    ids: /^(wattle|heimgard)-/,
    pairing: unknown,
    reset: unknown,
    sources: [],
  },
  {
    title: "Yunding, sold as Wyze Lock",
    ids: /^yunding-/,
    pairing: unknown,
    reset: unknown,
    sources: [],
  },
  {
    title: "SiHAS, TOTEM",
    ids: /^(shina|totem)-/,
    pairing: unknown,
    reset: unknown,
    sources: [],
  },
];

/** Locks with a radio of Zigbee whose language is the maker's own: latchd can do nothing with them. */
export const unreadableLocks = /^(aqara|tuya|yunmi)/;
