import { dateTimeText, dayText, secondsText } from "../../../texts/text.ts";
import type { LogRow } from "./journal-rows.ts";

/** Lines of a log under the day of each. */
export function LogRows({ rows }: { readonly rows: readonly LogRow[] }) {
  const days = new Map<string, LogRow[]>();
  for (const row of rows) {
    const day = dayText(row.atS);
    days.set(day, [...(days.get(day) ?? []), row]);
  }
  return (
    <>
      {[...days].map(([day, own]) => (
        <section key={day}>
          <h2>{day}</h2>
          <ul class="log">
            {own.map((row) => (
              <LogLine key={row.key} row={row} />
            ))}
          </ul>
        </section>
      ))}
    </>
  );
}

function LogLine({ row }: { readonly row: LogRow }) {
  const { atS, title, about, lock, detail, isRaw = false, isBad } = row;
  return (
    <li class={isBad ? "bad" : ""}>
      <time dateTime={new Date(atS * 1000).toISOString()} title={dateTimeText(atS)}>
        {secondsText(atS)}
      </time>
      <div>
        <div class="log-title">
          <strong>
            {isBad && <span aria-hidden="true">! </span>}
            {title}
          </strong>
          {about !== "" && (lock === null ? about : <a href={`#/locks/${lock}`}>{about}</a>)}
        </div>
        {detail !== "" && (
          <div class="detail" {...(isRaw ? { lang: "en" } : {})}>
            {detail}
          </div>
        )}
      </div>
    </li>
  );
}
