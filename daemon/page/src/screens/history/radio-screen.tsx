import { useSignal } from "@preact/signals";
import { type Answer, call } from "../../api/call.ts";
import { useCommand } from "../../api/command-state.ts";
import type { ScreenProps } from "../../router.ts";
import { secondsText } from "../../texts/text.ts";
import { ActionButton } from "../../widgets/action-button.tsx";
import { Fault } from "../../widgets/fault.tsx";
import { type Level, Status } from "../../widgets/status.tsx";
import { Check } from "../locks/codes/check.tsx";
import { isOf, LockFrame, useLock } from "../locks/lock-frame.tsx";
import { texts } from "../locks/texts.ts";
import { byDay } from "./by-day.ts";
import { requesterText } from "./requester.ts";

type RadioRecord = Answer<"read_radio_log">["records"][number];

const pageLength = 100;

/** `#/locks/:id/radio`: what was sent to the lock, and what it answered. */
export function Screen({ params }: ScreenProps) {
  const id = params["id"] ?? "";
  const state = useLock(id);
  const read = useCommand(
    "read_radio_log",
    { uuid: id, count: pageLength },
    { isAffectedBy: isOf(id), everyMs: 5_000 },
  );
  const isOnlyFailed = useSignal(false);
  /** Pages before the newest, and where they go on. */
  const older = useSignal<{
    readonly records: readonly RadioRecord[];
    readonly next: number | null;
  } | null>(null);
  const { history, common } = texts.value;
  const newest = read.answer.value;
  const all = mergedOf(newest?.records ?? [], older.value?.records ?? []);
  const shown = all.filter(({ status }) => !isOnlyFailed.value || status !== "success");
  const next = older.value === null ? (newest?.next ?? null) : older.value.next;
  return (
    <LockFrame id={id} tab="radio" state={state}>
      <p class="hint">{history.radioIntro}</p>
      <Check
        label={history.onlyFailed}
        isChecked={isOnlyFailed.value}
        onChange={(isChecked) => {
          isOnlyFailed.value = isChecked;
        }}
      />
      <Fault error={read.error.value} />
      {newest === null && read.error.value === null && <p>{common.loading}</p>}
      {newest !== null && shown.length === 0 && <p class="card">{history.radioNone}</p>}
      {byDay(shown, ({ time }) => Math.floor(time / 1000)).map(([day, own]) => (
        <section key={day}>
          <h2>{day}</h2>
          <ul class="events radio">
            {own.map((record) => (
              <RadioLine key={record.seq} record={record} />
            ))}
          </ul>
        </section>
      ))}
      {next !== null && (
        <ActionButton
          act={async () => {
            const page = await call("read_radio_log", {
              uuid: id,
              count: pageLength,
              before: next,
            });
            older.value = { records: mergedOf(all, page.records), next: page.next };
          }}
        >
          {history.older}
        </ActionButton>
      )}
    </LockFrame>
  );
}

/** Returns both without what is in both, the newest first. */
function mergedOf(
  newer: readonly RadioRecord[],
  older: readonly RadioRecord[],
): readonly RadioRecord[] {
  const bySeq = new Map([...older, ...newer].map((record) => [record.seq, record]));
  return [...bySeq.values()].sort((a, b) => b.seq - a.seq);
}

function RadioLine({ record }: { readonly record: RadioRecord }) {
  const { history } = texts.value;
  const { user_id: slot, password_id: password, schedule_id: schedule } = record;
  const about = [
    ...(slot === null ? [] : [history.slot(slot)]),
    ...(schedule === null ? [] : [history.schedule(schedule)]),
    ...(password === null ? [] : [texts.value.locks.codes.unnamed(password)]),
    ...(record.read === null ? [] : [history.reads[record.read] ?? record.read]),
    ...(record.by === "gateway" ? [] : [history.by(requesterText(record.by))]),
  ];
  return (
    <li>
      <span class="mono">{secondsText(Math.floor(record.time / 1000))}</span>
      <span>
        <strong class="mono">{record.command}</strong>
        {about.length > 0 && <span class="quiet block">{about.join(" · ")}</span>}
      </span>
      <span>
        <Status level={levelOf(record.status)}>
          {history.statuses[record.status] ?? record.status}
        </Status>
        {record.confirmed === 1 && <span class="quiet block">{history.proven}</span>}
      </span>
    </li>
  );
}

function levelOf(status: string): Level {
  if (status === "success") return "ok";
  return status === "timeout" || status === "asleep" || status === "noRoute" ? "warn" : "bad";
}
