import { useSignal } from "@preact/signals";
import { useEffect } from "preact/hooks";
import { type Answer, call } from "../../../api/call.ts";
import { onLiveEvent } from "../../../api/live-events.ts";
import { texts } from "../../../texts/text.ts";
import { ActionButton } from "../../../widgets/action-button.tsx";
import { Fault } from "../../../widgets/fault.tsx";
import { gateway } from "../texts.ts";
import { activityName, type LogRow, wayText } from "./journal-rows.ts";
import { LogRows } from "./log-rows.tsx";

type Activity = Answer<"search_device_op_log">["op_list"][number];

const pageLength = 50;

/** Who did what, the newest first. The gateway lists the oldest first, so that the count says where to begin. */
export function Activities() {
  const wanted = useSignal(pageLength);
  const found = useSignal<{ readonly list: readonly Activity[]; readonly total: number } | null>(
    null,
  );
  const error = useSignal<Error | null>(null);
  const read = async (): Promise<void> => {
    try {
      const { count: total } = await call("count_device_op_log", {});
      const offset = Math.max(0, total - wanted.value);
      const { op_list: list } = await call("search_device_op_log", {
        offset,
        count: Math.min(1000, wanted.value + pageLength),
      });
      found.value = { list: list.reverse(), total };
      error.value = null;
    } catch (cause) {
      error.value = cause instanceof Error ? cause : new Error(String(cause));
    }
  };
  useEffect(() => {
    void read();
    return onLiveEvent(({ event }) => {
      if (event === "activity") void read();
    });
  }, []);
  const { log: text } = gateway.texts.value;
  if (found.value === null) {
    return error.value === null ? (
      <p>{texts.value.common.loading}</p>
    ) : (
      <Fault error={error.value} />
    );
  }
  const { list, total } = found.value;
  return (
    <>
      <Fault error={error.value} />
      {list.length === 0 && <p>{text.none}</p>}
      <LogRows rows={list.map(rowOf)} />
      {list.length < total && wanted.value < 950 && (
        <ActionButton
          act={async () => {
            wanted.value += pageLength;
            await read();
          }}
        >
          {text.older}
        </ActionButton>
      )}
    </>
  );
}

function rowOf(activity: Activity, index: number): LogRow {
  const { op_id, sentence, timestamp, transport, operator, recipient } = activity;
  const parts = [called(operator), recipient === undefined ? "" : called(recipient)];
  return {
    key: `${timestamp} ${op_id} ${index}`,
    atS: Math.floor(timestamp / 1000),
    title: activityName(op_id, sentence),
    about: placeOf(activity),
    lock: null,
    detail: [...parts, wayText(transport)].filter((part) => part !== "").join(" · "),
    isBad: false,
  };
}

/** Returns the thing it was done to, and the home in which it is. */
function placeOf({ holder, target }: Activity): string {
  return holder === undefined ? called(target) : `${called(holder)} · ${called(target)}`;
}

function called({ name, id }: { readonly name: string; readonly id: string }): string {
  return name === "" ? id : name;
}
