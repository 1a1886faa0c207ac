import type { JsonObject } from "../../base/json.ts";

const steps: Readonly<Record<string, string>> = {
  joined: "has joined",
  interviewing: "is asked what it is",
  probing: "is asked what it can do",
  paired: "is paired",
  refused: "is refused",
  failed: "could not be paired",
};

/** Returns a step of a pairing in words. @param fields as `/api/pairing/events` has it */
export function stepText(fields: JsonObject): string {
  const name = steps[String(fields["step"])] ?? String(fields["step"]);
  const { model, reason } = fields;
  const make = [fields["brand"], model].filter((part) => typeof part === "string").join(" ");
  const details = [
    make,
    typeof fields["firmware"] === "string" ? `firmware ${fields["firmware"]}` : "",
    digitsText(fields),
    Number(fields["codes_found"] ?? 0) > 0
      ? `${Number(fields["codes_found"])} codes of its own, which still open`
      : "",
    typeof reason === "string" ? reason : "",
  ].filter((part) => part !== "");
  return details.length === 0 ? name : `${name}: ${details.join(", ")}`;
}

function digitsText({ pin_users: count, code_digits: digits }: JsonObject): string {
  if (typeof count !== "number" || typeof digits !== "string") return "";
  const [least = "", most = ""] = digits.split("-");
  return `${count} codes of ${least === most ? least : `${least} to ${most}`} digits`;
}
