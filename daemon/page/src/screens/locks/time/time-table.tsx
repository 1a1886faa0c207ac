import { useSignal } from "@preact/signals";
import { Status } from "../../../widgets/status.tsx";
import { texts } from "../texts.ts";
import { type TimeRow, timesText } from "./time-rows.ts";

const levels = { open: "ok", waiting: "wait", overstay: "bad" } as const;

interface TimeTableProps {
  readonly rows: readonly TimeRow[];
  /** Whether the clocks change in the span. */
  readonly isExact: boolean;
}

/** The windows of the picture as a table; its rows are made when somebody opens it. */
export function TimeTable({ rows, isExact }: TimeTableProps) {
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
              windows.map((one) => (
                <tr key={`${id}.${one.from}.${one.state}`}>
                  <th scope="row">{name}</th>
                  <td>{timesText(one, isExact)}</td>
                  <td>
                    <Status level={levels[one.state]}>{time.states[one.state]}</Status>
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
