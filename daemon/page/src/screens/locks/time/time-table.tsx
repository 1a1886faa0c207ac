import { useSignal } from "@preact/signals";
import { dateTimeText } from "../../../texts/text.ts";
import { Status } from "../../../widgets/status.tsx";
import { texts } from "../texts.ts";
import type { TimeRow } from "./time-rows.ts";

const levels = { open: "ok", waiting: "wait", overstay: "bad" } as const;

/** The windows of the picture as a table; its rows are made when somebody opens it. */
export function TimeTable({ rows }: { readonly rows: readonly TimeRow[] }) {
  const isOpen = useSignal(false);
  const { time } = texts.value.locks;
  return (
    <details
      onToggle={(event) => {
        isOpen.value = event.currentTarget.open;
      }}
    >
      <summary>{time.asTable}</summary>
      {isOpen.value && (
        <table>
          <thead>
            <tr>
              <th scope="col">{time.password}</th>
              <th scope="col">{time.times}</th>
              <th scope="col">{time.state}</th>
            </tr>
          </thead>
          <tbody>
            {rows.flatMap(({ id, name, windows }) =>
              windows.map(({ from, to, state }) => (
                <tr key={`${id}.${from}.${state}`}>
                  <th scope="row">{name}</th>
                  <td>
                    {dateTimeText(from)} – {dateTimeText(to)}
                  </td>
                  <td>
                    <Status level={levels[state]}>{time.states[state]}</Status>
                  </td>
                </tr>
              )),
            )}
          </tbody>
        </table>
      )}
    </details>
  );
}
