import { isJsonList, isJsonObject, type JsonObject } from "../../base/json.ts";
import { objects } from "../doctor/objects.ts";
import type { Block } from "../terminal/blocks.ts";
import { cellText } from "./cell-text.ts";
import { type ReplyFrame, replyBlocks } from "./reply-blocks.ts";

/** The parts of the daemon, and how each is. */
export function healthBlocks(fields: JsonObject): readonly Block[] {
  const { parts, ...rest } = fields;
  const rows = Object.entries(isJsonObject(parts) ? parts : {}).map(
    ([part, health]): readonly [string, string][] => {
      const { state, reason } = isJsonObject(health) ? health : {};
      return [
        ["part", part],
        ["state", cellText({ field: "state", value: state }, "UTC")],
        ["why", cellText({ field: "reason", value: reason }, "UTC")],
      ];
    },
  );
  return [...replyBlocks(rest, { timeZone: "UTC" }), { kind: "table", rows, none: "" }];
}

/** The journal: what happened where, the newest last as it is numbered. */
export function journalBlocks(fields: JsonObject, frame: ReplyFrame): readonly Block[] {
  const rows = objects(fields["records"]).map((record): readonly [string, string][] => {
    const text = (field: string) => cellText({ field, value: record[field] }, frame.timeZone);
    return [
      ["no.", text("seq")],
      ["time", text("time")],
      ["what", text(record["event"] === undefined ? "command" : "event")],
      ["lock", frame.names?.get(String(record["uuid"])) ?? text("uuid")],
      ["detail", text("detail")],
    ];
  });
  const { records: _records, ...rest } = fields;
  return [{ kind: "table", rows, none: "no record" }, ...replyBlocks(rest, frame)];
}

/** The alarms that stand, and those of the last days. */
export function alarmsBlocks(fields: JsonObject, { timeZone }: ReplyFrame): readonly Block[] {
  const row = (record: JsonObject): readonly [string, string][] => [
    ["since", cellText({ field: "time", value: record["since"] ?? record["time"] }, timeZone)],
    ["alarm", cellText({ field: "event", value: record["event"] }, timeZone)],
    ["lock", cellText({ field: "nickname", value: record["name"] }, timeZone)],
    ["detail", cellText({ field: "detail", value: record["detail"] }, timeZone)],
  ];
  return [
    {
      kind: "table",
      title: "standing",
      rows: objects(fields["standing"]).map(row),
      none: "no alarm stands",
    },
    { kind: "table", title: "past", rows: objects(fields["recent"]).map(row), none: "" },
  ];
}

/** The keys of the end-to-end protection; a public key can be copied as it is. */
export function keysBlocks(fields: JsonObject, { timeZone }: ReplyFrame): readonly Block[] {
  const own = objects(fields["gateway"]).flatMap((key): readonly Block[] => [
    {
      kind: "facts",
      facts: [
        ["key", cellText({ field: "kid", value: key["kid"] }, timeZone)],
        ["made", cellText({ field: "created_at", value: key["created_at"] }, timeZone)],
        ["in use", key["is_current"] === true ? "yes" : "opens what is still on its way"],
      ],
    },
    { kind: "copy", text: JSON.stringify(key["public_key"], null, 2) },
  ]);
  const { gateway: _gateway, ...rest } = fields;
  return [...own, ...replyBlocks(rest, { timeZone })];
}

/** A list in the opposite sequence. */
export function turned(fields: JsonObject, list: string): JsonObject {
  const rows = fields[list];
  return isJsonList(rows) ? { ...fields, [list]: [...rows].reverse() } : fields;
}
