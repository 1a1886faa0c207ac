import assert from "node:assert/strict";
import { describe, it } from "node:test";
import { activityIds } from "../../../../daemon/core/logs/activity-log.ts";
import { errorTable } from "../../../../daemon/core/model/errors.ts";
import { activities as english } from "../../../../daemon/page/src/texts/en/activities.ts";
import { errors as englishErrors } from "../../../../daemon/page/src/texts/en/errors.ts";
import { activities as chinese } from "../../../../daemon/page/src/texts/zh-cn/activities.ts";
import { errors as chineseErrors } from "../../../../daemon/page/src/texts/zh-cn/errors.ts";

const numbers = (table: object): readonly number[] =>
  Object.keys(table)
    .map(Number)
    .sort((one, other) => one - other);

describe("the page's texts", () => {
  const errNos = Object.values(errorTable).map(({ errNo }) => errNo);

  it("say what each error of the gateway means, in both languages, and of no other", () => {
    for (const { byNumber } of [englishErrors, chineseErrors]) {
      assert.deepEqual(
        numbers(byNumber),
        errNos.toSorted((one, other) => one - other),
      );
    }
  });

  it("blame a lock only for errors that a lock causes", () => {
    const ofLocks = new Set<number>([
      errorTable.roomTaken.errNo,
      errorTable.deviceExists.errNo,
      errorTable.lockFull.errNo,
      errorTable.unreachable.errNo,
      errorTable.refusedByLock.errNo,
    ]);
    for (const errNo of errNos) {
      if (ofLocks.has(errNo)) continue;
      assert.doesNotMatch(englishErrors.byNumber[errNo] ?? "", /\block\b/i, String(errNo));
      assert.doesNotMatch(chineseErrors.byNumber[errNo] ?? "", /门锁/, String(errNo));
    }
  });

  it("name each activity of the log, in both languages", () => {
    const ids = Object.values(activityIds).toSorted((one, other) => one - other);
    assert.deepEqual(numbers(english.done), ids);
    assert.deepEqual(numbers(chinese.done), ids);
    assert.deepEqual(Object.keys(chinese.ways), Object.keys(english.ways));
  });
});
