import { useSignal } from "@preact/signals";
import { type Answer, call } from "../../api/call.ts";
import { useCommand } from "../../api/command-state.ts";
import { nowS } from "../../api/gateway-time.ts";
import { mayAs } from "../../api/session.ts";
import type { ScreenProps } from "../../router.ts";
import { relativeText } from "../../texts/text.ts";
import { ActionButton } from "../../widgets/action-button.tsx";
import { Fault } from "../../widgets/fault.tsx";
import { type Level, Status } from "../../widgets/status.tsx";
import { isOf, LockFrame, useLock } from "../locks/lock-frame.tsx";
import { texts } from "../locks/texts.ts";
import { Unmanaged } from "./unmanaged.tsx";

type Slot = Answer<"list_slots">["slots"][number];

/** `#/locks/:id/slots`: what each slot of the lock is known to hold, and codes that are nobody's. */
export function Screen({ params }: ScreenProps) {
  const id = params["id"] ?? "";
  const state = useLock(id);
  const read = useCommand("list_slots", { uuid: id }, { isAffectedBy: isOf(id) });
  const unmanaged = useCommand("list_unmanaged", { uuid: id }, { isAffectedBy: isOf(id) });
  const { history, common } = texts.value;
  const slots = read.answer.value?.slots ?? null;
  const refresh = async (): Promise<void> => {
    await Promise.all([read.refresh(), unmanaged.refresh()]);
  };
  return (
    <LockFrame id={id} tab="slots" state={state}>
      <p class="hint">{history.slotsIntro}</p>
      <Fault error={read.error.value} />
      {(unmanaged.answer.value?.slots ?? []).map((slot) => (
        <Unmanaged key={slot.user_id} uuid={id} slot={slot} refresh={refresh} />
      ))}
      <Scan uuid={id} refresh={refresh} />
      {slots === null ? (
        read.error.value === null && <p>{common.loading}</p>
      ) : (
        <SlotTable id={id} slots={slots} />
      )}
    </LockFrame>
  );
}

/** Reads the slots from the lock now, a few at a time. */
function Scan({ uuid, refresh }: { readonly uuid: string; refresh(): Promise<void> }) {
  const next = useSignal<number | null>(null);
  const readSoFar = useSignal(0);
  const { history } = texts.value;
  return (
    <div class="buttons first-buttons">
      <ActionButton
        act={async () => {
          const from = next.value === null ? {} : { from: next.value };
          const answer = await call("scan_lock", { uuid, ...from, count: 5 });
          readSoFar.value += answer.slots.length;
          next.value = answer.next;
          await refresh();
        }}
      >
        {next.value === null ? history.scan : history.scanOn(next.value)}
      </ActionButton>
      <span role="status">{readSoFar.value > 0 && history.scanned(readSoFar.value)}</span>
    </div>
  );
}

const contentLevels: Readonly<Record<Slot["at_lock"], Level>> = {
  none: "off",
  unknown: "warn",
  empty: "off",
  enabled: "ok",
  disabled: "off",
};

function SlotTable({ id, slots }: { readonly id: string; readonly slots: readonly Slot[] }) {
  const { history, common } = texts.value;
  const columns = history.slotColumns;
  return (
    <table>
      <thead>
        <tr>
          <th scope="col">{columns.slot}</th>
          <th scope="col">{columns.content}</th>
          <th scope="col">{columns.seen}</th>
        </tr>
      </thead>
      <tbody>
        {slots.map((slot) => (
          <tr key={slot.user_id}>
            <th scope="row">{slot.user_id}</th>
            <td>
              <Status level={slot.is_managed ? contentLevels[slot.at_lock] : "warn"}>
                {slot.is_managed ? history.contents[slot.at_lock] : history.stranger}
              </Status>
              {slot.password_id !== null && <Holder id={id} password={slot.password_id} />}
              {slot.is_parked && <div class="hint">{history.parked}</div>}
              {slot.refusals > 0 && <div class="hint">{history.refused(slot.refusals)}</div>}
            </td>
            <td>
              {slot.verified_at === null ? common.never : relativeText(slot.verified_at, nowS())}
            </td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

/** The password in a slot; a manager can go to it. */
function Holder({ id, password }: { readonly id: string; readonly password: number }) {
  const text = texts.value.locks.codes.unnamed(password);
  return (
    <div class="hint">
      {mayAs("manager") ? <a href={`#/locks/${id}/codes/${password}`}>{text}</a> : text}
    </div>
  );
}
