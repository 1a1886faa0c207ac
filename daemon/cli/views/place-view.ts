import type { Json, JsonObject } from "../../base/json.ts";
import { cleanText } from "../../core/input/plain-text.ts";
import { objects } from "../doctor/objects.ts";
import { type Block, nothing, type Row } from "../terminal/blocks.ts";
import { cellText } from "./cell-text.ts";
import type { ReplyFrame } from "./reply-blocks.ts";
import { valueWords } from "./value-words.ts";

/** The homes, with a line for each room and the lock in it. */
export function homesBlocks(fields: JsonObject, { names }: ReplyFrame): readonly Block[] {
  const lockText = (lock: Json | undefined) => textOf(names?.get(String(lock)) ?? lock);
  const rows = objects(fields["homes"]).flatMap((home): readonly Row[] => {
    const name = labelOf(home["home_name"], home["home_id"]);
    const gateway = home["has_gateway"] === 1 ? "bound" : "not bound";
    const rooms = objects(home["rooms"]).map(
      (room): Row => [
        ["home", name],
        ["room", labelOf(room["room_name"], room["room_id"])],
        ["lock", lockText(room["lock"])],
        ["gateway", gateway],
      ],
    );
    const outer: Row = [
      ["home", name],
      ["room", "(outer door)"],
      ["lock", lockText(home["outer_lock"])],
      ["gateway", gateway],
    ];
    return [outer, ...rooms];
  });
  return [{ kind: "table", rows, none: 'no home yet; next: latchctl home add "NAME"' }];
}

/** The appointments, the demander's wish beside what the installer confirmed. */
export function ordersBlocks(fields: JsonObject, { timeZone }: ReplyFrame): readonly Block[] {
  const day = (record: JsonObject, prefix: string): string => {
    const date = cellText({ field: "date", value: record[`${prefix}_date`] }, timeZone).slice(
      0,
      10,
    );
    const time = record[`${prefix}_time`];
    const words = valueWords["expect_time"]?.[String(time)];
    const text = words ?? cellText({ field: "time", value: time }, timeZone).slice(11);
    return date === nothing ? nothing : `${date} ${text}`;
  };
  const part = (order: JsonObject, name: string): JsonObject =>
    objects([order[name] ?? {}])[0] ?? {};
  const rows = objects(fields["orders"]).map(
    (order): Row => [
      ["home", textOf(order["home_id"])],
      ["state", valueWords["stage"]?.[String(order["stage"])] ?? nothing],
      ["wanted", day(part(order, "demander"), "expect")],
      ["confirmed for", day(part(order, "installer"), "confirm")],
      ["name", textOf(part(order, "demander")["name"])],
      ["phone", textOf(part(order, "demander")["phone"])],
    ],
  );
  return [{ kind: "table", rows, none: "no appointment" }];
}

function labelOf(name: Json | undefined, id: Json | undefined): string {
  return typeof name === "string" && name !== "" ? cleanText(name) : textOf(id);
}

function textOf(value: Json | undefined): string {
  return typeof value === "string" && value !== "" ? cleanText(value) : nothing;
}
