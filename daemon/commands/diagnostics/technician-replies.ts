import Type from "typebox";
import { count, oneOf, orNull, time, timeMs, yesNo } from "../schema/reply-fields.ts";
import { logLevels } from "./diagnostics.ts";

/* What the calls for technicians answer. */

const radioState = oneOf(["starting", "online", "offline"]);

export const stickReply = Type.Object({
  path: Type.String(),
  state: radioState,
  cause: orNull(Type.String(), "why it is not online, as a word"),
  reason: Type.String({ description: "the same as a sentence" }),
  firmware: Type.String(),
  channel: orNull(Type.Integer()),
  pan_id: orNull(Type.Integer()),
  ping_ms: orNull(Type.Number(), "null = no answer"),
  is_permitting_join: yesNo("1 = the network is open for joining"),
});

export const networkReply = Type.Object({
  devices: Type.Array(
    Type.Object({
      uuid: Type.String(),
      kind: oneOf(["coordinator", "router", "endDevice", "unknown"]),
      name: Type.String(),
      network_address: Type.Integer(),
      brand: Type.String(),
      model: Type.String(),
      link_quality: orNull(Type.Integer(), "0 … 255 of the last frame heard"),
      last_seen: orNull(time("when it was last heard")),
      parent: orNull(Type.String(), "its parent's uuid, where that is known"),
      is_found: yesNo("1 = a lock that has no records here; adopt_lock takes it in"),
      grants_held: yesNo("1 = no code goes to this lock until release_grants"),
    }),
  ),
  links: Type.Array(
    Type.Object({
      from: Type.String(),
      to: Type.String(),
      link_quality: Type.Integer(),
      relation: oneOf(["parent", "child", "sibling", "other"], "what `to` is to `from`"),
    }),
  ),
  silent: Type.Array(Type.String(), { description: "devices that did not tell their neighbours" }),
});

export const clockReply = Type.Object({
  state: oneOf(["synced", "holding", "lost"]),
  time: time("the gateway's"),
  system_time: time("the system's"),
  difference_ms: Type.Number(),
  time_zone: Type.String(),
  trust: oneOf(["auto", "system", "ntp"], "what may prove the time"),
  earliest: time("the earliest that can be set"),
  latest: time("the latest that can be set"),
  sources: Type.Array(
    Type.Object({
      source: oneOf(["ntp", "cloud"]),
      time: time("what it says now"),
      ahead_s: Type.Integer({ description: "how far it is ahead of the gateway's time" }),
      said_s_ago: Type.Integer(),
      verdict: oneOf([
        "believed",
        "ahead",
        "spent",
        "leap",
        "behind",
        "contradicted",
        "unanswered",
        "beyond",
      ]),
      why: Type.String({ description: "the verdict in words" }),
    }),
    { description: "each source's newest word since the start" },
  ),
});

const journalRecord = Type.Object({
  seq: Type.Integer(),
  id: Type.String(),
  time: timeMs("when"),
  clock: oneOf(["synced", "holding", "lost"]),
  event: Type.Optional(Type.String({ description: "of an event" })),
  uuid: Type.Optional(orNull(Type.String(), "the lock; null = the gateway")),
  detail: Type.Optional(orNull(Type.Object({}, { additionalProperties: true }))),
  reply_to: Type.Optional(Type.String({ description: "of a reply: the command's id" })),
  command: Type.Optional(Type.String()),
  ErrNo: Type.Optional(Type.Integer()),
  ErrMsg: Type.Optional(Type.String()),
});

const journalFields = {
  epoch: Type.String(),
  tail: Type.Integer({ description: "first number that is kept" }),
  head: Type.Integer({ description: "last number" }),
  records: Type.Array(journalRecord),
};

export const journalReply = Type.Object({
  ...journalFields,
  next: orNull(Type.Integer(), "go on from here"),
  previous: orNull(Type.Integer(), "go back with this as before"),
});

export const levelReply = Type.Object({ level: oneOf(logLevels) });

export const callbacksReply = Type.Object({
  callbacks: Type.Array(
    Type.Object({
      callback_id: Type.String(),
      url: Type.String(),
      is_signed: yesNo("0 = registered by a version that signed nothing: register it again"),
      created_at: time("registered"),
      state: oneOf(["idle", "sending", "waiting"], "waiting = before the next try"),
      backlog: count("journal records that it has not had yet"),
      delivered: count("events that it took, since the start"),
      left_out: count("events that were turned down for good, or too old"),
      last_error: Type.String(),
    }),
  ),
});

const anything = Type.Object({}, { additionalProperties: true });

/** For people: what is in it may change with every version. */
export const supportReply = Type.Object({
  gateway: anything,
  clock: anything,
  stick: anything,
  network: Type.Array(anything),
  callbacks: Type.Array(anything),
  locks: Type.Array(anything),
  journal: Type.Object(journalFields),
});
