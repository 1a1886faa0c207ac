import Type from "typebox";
import { answer, readCommand } from "../definition.ts";
import { count, oneOf, time, yesNo } from "../schema/reply-fields.ts";
import { noFields } from "../schema/request-fields.ts";

export const callbackList = readCommand({
  name: "callback_list",
  summary: "Lists the registered URLs and how each is doing.",
  access: "manager",
  errors: [],
  resources: [{ method: "GET", path: "/api/callbacks" }],
  phrases: [{ words: ["callback", "list"] }],
  input: noFields,
  output: Type.Object({
    callbacks: Type.Array(
      Type.Object({
        callback_id: Type.String(),
        url: Type.String(),
        is_signed: yesNo("0 = registered by a version that signed nothing: register it again"),
        created_at: time("registered"),
        state: oneOf(["idle", "sending", "waiting"], "waiting = before the next try"),
        backlog: count("journal records that it has not had yet"),
        delivered: count("events that it took, since the start"),
        left_out: count("events that it refused for good, or that were too old"),
        last_error: Type.String(),
      }),
    ),
  }),
  run({ view, site }) {
    const reports = new Map(
      site.diagnostics.callbacks().map((report) => [report.callbackId, report]),
    );
    const callbacks = [...view.list("callback")].map((callback) => {
      const report = reports.get(callback.callbackId);
      return {
        callback_id: callback.callbackId,
        url: callback.url,
        is_signed: callback.signingKey === undefined ? 0 : 1,
        created_at: Math.floor(callback.createdAtMs / 1000),
        state: report?.state ?? "idle",
        backlog: report?.backlog ?? 0,
        delivered: report?.delivered ?? 0,
        left_out: report?.leftOut ?? 0,
        last_error: report?.lastError ?? "",
      };
    });
    return answer({ callbacks });
  },
});
