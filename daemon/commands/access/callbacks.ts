import Type from "typebox";
import { GatewayError } from "../../core/model/errors.ts";
import type { CallbackRecord } from "../../core/model/gateway/callback.ts";
import { put, remove } from "../../store/store.ts";
import type { Command, CommandContext } from "../command.ts";
import { callbacksReply } from "../diagnostics/technician-replies.ts";
import { answer, readCommand } from "../read-command.ts";

/** URLs that get the events; one more is refused with 16002. */
export const maxCallbacks = 8;
const maxUrlLength = 512;

const addInput = Type.Object(
  {
    url: Type.String({
      minLength: 1,
      maxLength: maxUrlLength,
      description:
        "https://… to a public address; http:// on this machine only through latchctl; else only if the configuration has it",
    }),
  },
  { additionalProperties: false },
);

const callbackAdd: Command<typeof addInput> = {
  name: "callback_add",
  summary:
    "Registers a URL that gets every event from now on by POST, in order, until it takes it.",
  access: "manager",
  isReadOnly: false,
  input: addInput,
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
      ...answer({ callback_id: callbackId, signing_key: signingKey }),
      changes: [put("callback", [callbackId], record)],
      after: () => context.site.diagnostics.callbacksChanged(),
    };
  },
};

/** @throws GatewayError `badParameters`. */
function checkedUrl({ site, caller }: CommandContext, text: string): string {
  const url = URL.canParse(text) ? new URL(text) : null;
  const fault =
    url === null
      ? "is not a URL"
      : site.diagnostics.callbackFault(url, caller.transport === "socket");
  if (url === null || fault !== null) {
    throw new GatewayError("badParameters", `url: ${fault}`, { field: "url" });
  }
  return url.href;
}

const nothing = Type.Object({}, { additionalProperties: false });

const callbackList = readCommand({
  name: "callback_list",
  summary: "The registered URLs and how each is doing.",
  access: "manager",
  input: nothing,
  output: callbacksReply,
  run({ view, site }) {
    const reports = new Map(site.diagnostics.callbacks().map((at) => [at.callbackId, at]));
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

const removeInput = Type.Object(
  { callback_id: Type.String({ minLength: 1, maxLength: 64, description: "from callback_add" }) },
  { additionalProperties: false },
);

const callbackRemove: Command<typeof removeInput> = {
  name: "callback_remove",
  summary: "Removes a URL; it hears nothing more.",
  access: "manager",
  isReadOnly: false,
  input: removeInput,
  output: Type.Object({}),
  run({ view, site }, { callback_id: id }) {
    if (view.get("callback", [id]) === undefined) {
      throw new GatewayError("notFound", `callback_id: there is no callback ${id}`, {
        field: "callback_id",
      });
    }
    return {
      ...answer({}),
      changes: [remove("callback", [id]), remove("setting", [`callback.${id}`])],
      after: () => site.diagnostics.callbacksChanged(),
    };
  },
};

export const callbackCommands: readonly Command[] = [callbackAdd, callbackList, callbackRemove];
