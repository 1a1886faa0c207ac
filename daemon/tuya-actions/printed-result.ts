import Type, { type TObject, type TSchema } from "typebox";
import { isJsonObject, type JsonObject } from "../base/json.ts";
import { schemaInfo } from "../base/schema-info.ts";
import type { Decision } from "../commands/command.ts";
import type { SealedDetail } from "../core/model/journal.ts";

/*
 * The published examples print the results of three lists elsewhere than in `result`: one in `resultDO`, two with their
 * fields at the top. An answer has both, so that a client of the examples and a client of the envelope find it.
 */

export type PrintedAs = "resultDO" | "top" | undefined;

/** Returns the schema of an action's answer. */
export function printedOutput(result: TSchema, printedAs: PrintedAs): TObject {
  switch (printedAs) {
    case "resultDO":
      return Type.Object({ result, resultDO: result });
    case "top":
      return Type.Object({ result, ...Object.fromEntries(schemaInfo(result).properties) });
    case undefined:
      return Type.Object({ result });
  }
}

/** Returns the decision with its result also where the published example prints it. */
export function printed(decision: Decision, printedAs: PrintedAs): Decision {
  const { result = null } = decision.result;
  if (printedAs === undefined || !isJsonObject(result)) return decision;
  const more: JsonObject = printedAs === "top" ? result : { resultDO: result };
  const at = printedAs === "top" ? [] : ["resultDO"];
  const { sealed = [] } = decision;
  return {
    ...decision,
    result: { ...decision.result, ...more },
    sealed: [...sealed, ...sealed.map((detail) => moved(detail, at))],
  };
}

/** Returns where a code of `result` is in the copy. */
function moved(detail: SealedDetail, at: SealedDetail["path"]): SealedDetail {
  return { ...detail, path: [...at, ...detail.path.slice(1)] };
}
