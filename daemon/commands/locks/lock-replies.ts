import Type from "typebox";
import { count, oneOf, orNull, time, timeMs, yesNo } from "../schema/reply-fields.ts";
import { weekly } from "../schema/request-fields.ts";

/*
 * What the calls for locks and passwords answer: the description of the API is made from these, and
 * the tests hold every answer against them.
 */

const versions = Type.Object({
  kernel_version: Type.String(),
  zigbee_version: Type.String(),
  media_version: Type.String(),
  hardware_version: Type.String(),
  app_version: Type.String({ description: "the firmware" }),
});

const onLine = Type.Union([Type.Literal(1), Type.Literal(2)], {
  description: "1 online, 2 offline",
});

const identity = {
  mac: Type.String(),
  sn: Type.String(),
  bind_time: time("paired or bound; 0 = never"),
  onoff_line: onLine,
  onoff_time: time("since when it is so"),
  uuid: Type.String(),
  name: Type.String(),
  model: Type.String(),
  brand: Type.String(),
  versions,
};

/** V1.6 `get_center_info`. */
export const centerReply = Type.Object(identity);

const lockFields = {
  ...identity,
  power: Type.Integer({ description: "percent, -1 = unknown" }),
  power_refreshtime: time("when it was told; 0 = never"),
};

/** V1.6 `get_lock_info`. */
export const lockReply = Type.Object(lockFields);

const lockState = oneOf(["notFullyLocked", "locked", "unlocked", "undefined"]);
const doorState = oneOf(["open", "closed", "jammed", "forcedOpen", "unspecified", "undefined"]);
const proven = oneOf(["yes", "no", "unknown"]);

const basis = oneOf(
  ["lock", "model", "assumed"],
  "how it is known: shown by the lock, known of its model, or taken for lack of better",
);

const capabilities = Type.Object(
  {
    endpoint: Type.Integer(),
    pinUsers: count("passwords that the lock holds"),
    pinUsersBasis: Type.Optional(basis),
    firstUserId: Type.Integer(),
    lastUserId: Type.Integer(),
    reservedUserIds: Type.Array(Type.Integer()),
    minPinLength: Type.Integer(),
    maxPinLength: Type.Integer(),
    weekDaySchedulesPerUser: Type.Integer(),
    yearDaySchedulesPerUser: Type.Integer(),
    holidaySchedules: Type.Integer(),
    logRecords: count("records of the lock's own log; 0 = none"),
    pinReadBack: oneOf(["readable", "masked", "silent", "unknown"]),
    userStatus: proven,
    showsUserStatus: Type.Optional(Type.Boolean()),
    operationEvents: proven,
    programmingEvents: proven,
    alarms: proven,
    requiresPinForRf: Type.Boolean(),
    clock: oneOf(["server", "client", "absent"]),
    isSleepy: Type.Boolean(),
    isSleepyBasis: Type.Optional(basis),
    promptAnswers: Type.Optional(
      count("answers after long silences, towards proof that it listens"),
    ),
    checkInMs: orNull(Type.Integer()),
    reportMs: orNull(Type.Integer()),
    spacingMs: Type.Integer(),
    batteryUnit: Type.Optional(oneOf(["halfPercent", "wholePercent"])),
    batteryUnitBasis: Type.Optional(basis),
    peoplesFirstUserId: Type.Optional(
      Type.Integer({ description: "ids from here to firstUserId are read and never given" }),
    ),
    statusMeaning: Type.Optional(oneOf(["zcl", "inverted"])),
    invertedAnswers: Type.Optional(count("writes answered as refused and carried out")),
    lockStateSource: Type.Optional(oneOf(["reports", "vendorFrames"])),
  },
  { description: "what the lock can do, as found at pairing" },
);

const statusFields = {
  silent_for_s: orNull(Type.Integer(), "since it was last heard; null = not since the start"),
  left_alone_for_s: Type.Integer({ description: "after it did not answer" }),
  is_on_network: yesNo("0 = not known to the network: nothing reaches it"),
  is_working: yesNo("1 = something is on its way to it"),
  pending_operations: count("passwords that it has not confirmed yet"),
  failed_operations: count("passwords that did not come about"),
  grants_held: yesNo("1 = no code goes to it until release_grants"),
  held_reason: orNull(
    oneOf(["rejoined", "restored"]),
    "rejoined = a device with its address has joined and nobody has said that it is this lock; restored = its records come from a copy",
  ),
  slots_unknown: count(
    "slots never read, or passwords' slots not read since the last gap in hearing",
  ),
  unknown_for_s: orNull(Type.Integer(), "for how long the longest of them; null = none"),
  oldest_read_s: orNull(
    Type.Integer(),
    "since the slot not read for longest was read; null = no slots",
  ),
  can_read_slots: yesNo("0 = the lock shows nothing: only its own events tell what it holds"),
};

/** latchd's own `list_locks`. */
export const locksReply = Type.Object({
  locks: Type.Array(
    Type.Object({
      ...lockFields,
      ...statusFields,
      lock_state: lockState,
      door_state: doorState,
      clock: Type.Object({
        state: oneOf(["unknown", "healthy", "drifting", "absent"]),
        drift_s: orNull(Type.Integer(), "ahead of the truth; null = never measured"),
      }),
      capabilities,
    }),
  ),
  found: Type.Array(
    Type.Object({ uuid: Type.String(), brand: Type.String(), model: Type.String() }),
    { description: "locks on the network that have no records here; adopt_lock takes one in" },
  ),
});

/** latchd's own `show_lock`. */
export const lockDetailsReply = Type.Object({
  ...lockFields,
  ...statusFields,
  home_id: orNull(Type.String()),
  room_id: orNull(Type.String()),
  lock_state: lockState,
  door_state: doorState,
  capabilities,
});

const atLock = oneOf(
  ["none", "unknown", "empty", "enabled", "disabled"],
  "what the lock is known to hold; none = it has no slot",
);
const confidence = oneOf(["confirmed", "unconfirmed"], "whether the lock has shown it");
const guard = oneOf(["gateway", "lock", "both"], "who keeps it to its window");

/** latchd's own `list_slots`. */
export const slotsReply = Type.Object({
  slots: Type.Array(
    Type.Object({
      user_id: Type.Integer(),
      password_id: orNull(Type.Integer(), "whose it is; null = nobody's"),
      at_lock: atLock,
      is_managed: Type.Boolean(),
      confidence,
      guard,
      applied_revision: Type.Integer(),
      refusals: count("times that the lock refused"),
      is_parked: Type.Boolean({ description: "given up until something changes" }),
      verified_at: orNull(time("when the lock last showed it")),
    }),
  ),
});

/** latchd's own `scan_lock`. */
export const scanReply = Type.Object({
  slots: Type.Array(
    Type.Object({
      user_id: Type.Integer(),
      password_id: orNull(Type.Integer(), "whose it is; null = nobody's"),
      at_lock: atLock,
      is_code_shown: yesNo("1 = the lock told its code"),
    }),
  ),
  next: orNull(Type.Integer(), "go on from here"),
});

/** latchd's own `list_unmanaged`. */
export const unmanagedReply = Type.Object({
  slots: Type.Array(
    Type.Object({
      user_id: Type.Integer(),
      at_lock: atLock,
      verified_at: orNull(time("when the lock last showed it")),
    }),
  ),
});

/** V1.6 `fetch_passwords`. */
export const passwordsReply = Type.Object({
  passwords: Type.Array(
    Type.Object({
      id: Type.Integer(),
      time: timeMs("created"),
      is_default: yesNo("1 = the administrator password"),
      operation: Type.Union(
        [1, 2, 3, 4, 5].map((number) => Type.Literal(number)),
        {
          description: "1 add, 2 delete, 3 update, 4 freeze, 5 unfreeze",
        },
      ),
      operation_stage: Type.Union(
        [1, 2, 3].map((number) => Type.Literal(number)),
        {
          description: "1 waiting for the lock, 2 failed, 3 done",
        },
      ),
      reason: Type.Optional(Type.String({ description: "why it failed" })),
      permission_state: Type.Union([Type.Literal(1), Type.Literal(2)], {
        description: "1 normal, 2 outside its validity",
      }),
      name: Type.String(),
      description: Type.String(),
      send_to: Type.String(),
      permission: Type.Object({
        begin: orNull(Type.Integer(), "Unix seconds"),
        end: orNull(Type.Integer(), "Unix seconds"),
        status: Type.Union([Type.Literal(1), Type.Literal(2)], {
          description: "1 permanent, 2 time-limited",
        }),
      }),
      weekly: Type.Optional(weekly),
      frozen: yesNo("1 = it opens nothing"),
      one_time: yesNo("1 = ends with its first opening"),
      duress: yesNo("1 = opens, and raises a silent alarm"),
      origin: oneOf(["cloud", "local", "keypad"]),
      revision: Type.Integer(),
      slot: orNull(Type.Integer(), "ZCL user id; null = none"),
      at_lock: atLock,
      confidence,
      guard,
    }),
  ),
});

/** V1.6 `get_lock_events`. */
export const openingsReply = Type.Object({
  lock_events: Type.Array(
    Type.Object({
      eventid: Type.Integer({ description: "1 = opened, 2 = refused by the lock's schedule" }),
      time: timeMs("when"),
      source: Type.Integer({
        description:
          "2 by password; 0 not known, 1 remote, 3 card, 4 fingerprint, 5 by hand or key, 6 Bluetooth, 7 the lock itself",
      }),
      method: Type.Optional(Type.String({ description: "the source as a word" })),
      unlock_id: Type.Optional(Type.String()),
      sourceid: Type.Optional(Type.Integer({ description: "the password's id" })),
      source_name: Type.Optional(
        Type.String({
          description: "the password's name; `unknown user 9` for a code of nobody's",
        }),
      ),
      reason: Type.Optional(
        Type.String({ description: "of a refusal: `schedule`, or `nonAccessUser`" }),
      ),
      uuid: Type.String(),
    }),
  ),
});
