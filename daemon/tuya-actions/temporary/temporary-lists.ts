import Type from "typebox";
import type { Command } from "../../commands/command.ts";
import {
  action,
  answer,
  defaultLimit,
  devId,
  limit,
  lockErrors,
  lockOf,
  offset,
  version,
} from "../action.ts";
import type { ActionPorts } from "../ports.ts";
import { newPassword, oldPassword, pageWith } from "../results.ts";
import {
  listInAnswer,
  newGenerationRecord,
  oldGenerationRecord,
  temporaryPasswords,
} from "./temporary-records.ts";

const input = Type.Object(
  {
    v: version,
    devId,
    useful: Type.Optional(
      Type.Boolean({ description: "true = those still valid, false = the others; absent = all" }),
    ),
    offset,
    limit,
  },
  { additionalProperties: false },
);

export function listActions({ workingDay }: ActionPorts): readonly Command[] {
  return [
    action({
      name: "tuya.m.zigbee.lock.temppwd.list",
      summary: "Lists temporary passwords (old generation), newest first.",
      result: Type.Array(oldPassword),
      errors: lockErrors,
      isReadOnly: true,
      input,
      run(context, request) {
        const { page } = pageOf(context, request);
        const { list, sealed } = listInAnswer(
          page.map((password) => oldGenerationRecord(context, password)),
          ["result"],
        );
        return answer(list, sealed);
      },
    }),
    action({
      name: "tuya.m.device.lock.temppwd.pagelist",
      summary: "Lists temporary passwords by pages (new generation), newest first.",
      result: pageWith(newPassword),
      printedAs: "resultDO",
      errors: lockErrors,
      isReadOnly: true,
      input,
      run(context, request) {
        const { page, totalCount, hasNext } = pageOf(context, request);
        const { list, sealed } = listInAnswer(
          page.map((password) => newGenerationRecord(context, password, { workingDay })),
          ["result", "datas"],
        );
        return answer({ datas: list, hasNext, totalCount }, sealed);
      },
    }),
  ];
}

function pageOf(
  context: Parameters<typeof lockOf>[0],
  request: { devId: string; useful?: boolean; offset?: number; limit?: number },
) {
  const { useful, offset: from = 0, limit: count = defaultLimit } = request;
  const lock = lockOf(context, request.devId);
  const all = [...temporaryPasswords(context, lock, useful)].sort(
    (left, right) => right.createdAtMs - left.createdAtMs || right.id - left.id,
  );
  const page = all.slice(from, from + count);
  return { page, totalCount: all.length, hasNext: from + page.length < all.length };
}
