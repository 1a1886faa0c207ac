import Type from "typebox";
import { activityIds } from "../../core/logs/activity-log.ts";
import { GatewayError } from "../../core/model/errors.ts";
import type { CallbackRecord } from "../../core/model/gateway/callback.ts";
import { put } from "../../store/store.ts";
import type { CommandContext } from "../command.ts";
import { changing, writeCommand } from "../definition.ts";

/** Limit of URLs that get the events; one more is refused as busy. */
export const maxCallbacks = 8;
const maxUrlLength = 512;

export const callbackAdd = writeCommand({
  name: "callback_add",
  summary:
    "Registers a URL that gets every event from now on by POST, in sequence, until it takes it.",
  access: "manager",
  errors: ["duplicate", "busy"],
  resources: [{ method: "POST", path: "/api/callbacks" }],
  phrases: [{ words: ["callback", "add"], fields: ["url"] }],
  activity: activityIds.callbackAdded,
  input: Type.Object(
    {
      url: Type.String({
        minLength: 1,
        maxLength: maxUrlLength,
        description:
          "https://… to a public address; http:// on this machine only through latchctl; else only if the configuration has it",
      }),
    },
    { additionalProperties: false },
  ),
  output: Type.Object({
    callback_id: Type.String(),
    signing_key: Type.String({
      description: "key of the HMAC-SHA256 in Latchd-Signature; shown this once",
    }),
  }),
  run(context, input) {
    const { view, time } = context;
    const url = checkedUrl(context, input.url);
    const known = [...view.list("callback")];
    if (known.some((callback) => callback.url === url)) {
      throw new GatewayError("duplicate", "url: it is registered already", { field: "url" });
    }
    if (known.length >= maxCallbacks) {
      throw new GatewayError("busy", `there are ${maxCallbacks} callbacks; remove one first`);
    }
    const { epoch, head } = view.journalRange();
    const callbackId = context.newId();
    const signingKey = Buffer.from(crypto.getRandomValues(new Uint8Array(32))).toString(
      "base64url",
    );
    const record: CallbackRecord = {
      callbackId,
      url,
      createdAtMs: time.nowMs,
      epoch,
      afterSeq: head,
      isLocal: context.caller.transport === "socket",
      signingKey,
    };
    return {
      ...changing([put("callback", [callbackId], record)], {
        callback_id: callbackId,
        signing_key: signingKey,
      }),
      after: () => context.site.diagnostics.callbacksChanged(),
    };
  },
});

/** @throws GatewayError `badParameters` */
function checkedUrl({ site, caller }: CommandContext, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  const isLocal = caller.transport === "socket";
  const fault = url === null ? "is not a URL" : site.diagnostics.callbackFault(url, isLocal);
  if (url === null || fault !== null) {
    throw new GatewayError("badParameters", `url: ${fault}`, { field: "url" });
  }
  return url.href;
}
