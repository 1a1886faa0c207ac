import { texts } from "../texts/text.ts";
import { Status } from "../widgets/status.tsx";
import type { Finding } from "./finding.ts";
import { findingText } from "./finding-texts.ts";
import "../styles/findings.css";

/** What the doctor found, each with what to do about it. */
export function FindingList({ findings }: { readonly findings: readonly Finding[] }) {
  return (
    <ul class="finding-list">
      {findings.map((finding) => (
        <li key={`${finding.code} ${finding.lock ?? ""}`}>
          <FindingLines finding={finding} />
        </li>
      ))}
    </ul>
  );
}

/** A finding, and below it what to do; the lock that it is about is a link. */
export function FindingLines({ finding }: { readonly finding: Finding }) {
  const { what, advice } = findingText(finding);
  const { state, lock, code } = finding;
  return (
    <div class="finding">
      <Status level={state}>
        {lock === undefined || code === "lockFound" ? what : <a href={`#/locks/${lock}`}>{what}</a>}
      </Status>
      {state !== "ok" && advice !== "" && (
        <p class="advice">
          <strong>{texts.value.common.whatToDo}</strong> {advice}
        </p>
      )}
    </div>
  );
}
