import Type from "typebox";
import { activityIds } from "../../core/logs/activity-log.ts";
import { GatewayError } from "../../core/model/errors.ts";
import {
  setUpCodeLifeMs,
  setUpCodeRecord,
  setUpCodeSetting,
} from "../../core/model/gateway/set-up-code.ts";
import { put } from "../../store/store.ts";
import type { CommandContext, Decision } from "../command.ts";
import { answer, changing, writeCommand } from "../definition.ts";
import { oneOf, time } from "../schema/reply-fields.ts";
import { workHomes } from "./account-record.ts";
import { pageAddress, pageAddressFields, pageUrls } from "./page-address.ts";
import { newSecret, passChanges, passLife, passName } from "./pass-record.ts";

/**
 * latchd's own, for whoever may open the unix socket: the page's address, with a pass when one is asked for, or with
 * the code for the first account while there is none.
 */
export const pageLink = writeCommand({
  name: "page_link",
  summary: "The page's address, with the code for the first account, or with a pass.",
  access: "manager",
  errors: ["busy", "unsupported"],
  activity: activityIds.pageLinkMade,
  input: Type.Object(
    {
      life_s: Type.Optional(passLife),
      name: Type.Optional(passName),
      homes: Type.Optional(workHomes),
    },
    { additionalProperties: false },
  ),
  output: Type.Object({
    kind: oneOf(["setup", "pass", "address"]),
    expires_at: time("when the secret in the address ends; 0 = it has none"),
    ...pageAddressFields,
  }),
  async run(context, { life_s: lifeS, name = "installer", homes }) {
    if (context.caller.transport !== "socket") {
      throw new GatewayError(
        "permissionDenied",
        "links are made on the gateway itself: latchctl page",
      );
    }
    const address = pageAddress(context.site);
    const { secret, hash } = await newSecret();
    return (): Decision => {
      if (lifeS !== undefined) {
        const { pass, changes } = passChanges(context, hash, { name, homes: homes ?? null, lifeS });
        return changing(changes, {
          kind: "pass",
          expires_at: Math.floor(pass.expiresAtMs / 1000),
          ...pageUrls(address, `pass=${secret}`),
        });
      }
      return hasAccount(context)
        ? answer({ kind: "address", expires_at: 0, ...pageUrls(address, "/") })
        : setUpLink(context, hash, pageUrls(address, `setup=${secret}`));
    };
  },
});

function hasAccount({ view }: CommandContext): boolean {
  return view.list("account").next().done !== true;
}

function setUpLink(
  { time: { nowMs } }: CommandContext,
  hash: string,
  urls: ReturnType<typeof pageUrls>,
): Decision {
  const expiresAtMs = nowMs + setUpCodeLifeMs;
  const record = setUpCodeRecord(hash, expiresAtMs);
  return changing([put("setting", [setUpCodeSetting], record)], {
    kind: "setup",
    expires_at: Math.floor(expiresAtMs / 1000),
    ...urls,
  });
}
