import Type from "typebox";
import { GatewayError } from "../../core/model/errors.ts";
import { answer, readCommand } from "../definition.ts";

/** V1.6 `find_service`. */
export const findService = readCommand({
  name: "find_service",
  summary: "How far a deletion has got, by the serviceid that del_home gave.",
  access: "manager",
  errors: ["notFound"],
  input: Type.Object(
    { serviceid: Type.String({ minLength: 1, maxLength: 64, description: "from del_home" }) },
    { additionalProperties: false },
  ),
  output: Type.Object({
    home_id: Type.String(),
    state: Type.Integer({ description: "1 under way, 3 done" }),
    waiting: Type.Array(Type.String(), { description: "locks that are still to be unpaired" }),
  }),
  run({ view }, { serviceid }) {
    const removal = view.get("removal", [serviceid]);
    if (removal === undefined) {
      throw new GatewayError("notFound", `serviceid: ${serviceid} is not known`, {
        field: "serviceid",
      });
    }
    const { homeId: home, waiting } = removal;
    return answer({ home_id: home, state: waiting.length === 0 ? 3 : 1, waiting });
  },
});
