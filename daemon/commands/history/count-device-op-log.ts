import Type from "typebox";
import { answer, readCommand } from "../definition.ts";
import { activitiesFound, activityFilter } from "./activity-search.ts";

/** V1.6 `count_device_op_log`. */
export const countDeviceOpLog = readCommand({
  name: "count_device_op_log",
  summary: "How many entries a search would find.",
  access: "manager",
  errors: [],
  input: Type.Object(activityFilter, { additionalProperties: false }),
  output: Type.Object({ count: Type.Integer() }),
  async run(context, input) {
    let count = 0;
    for await (const _ of activitiesFound(context, input)) count += 1;
    return answer({ count });
  },
});
