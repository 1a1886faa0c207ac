import { texts } from "../texts/text.ts";
import { Status } from "../widgets/status.tsx";
import { type Finding, findingText } from "./finding-texts.ts";

/** What the doctor found, each with what to do about it. */
export function FindingList({ findings }: { readonly findings: readonly Finding[] }) {
  return (
    <ul class="finding-list">
      {findings.map((finding) => (
        <FindingRow key={`${finding.code} ${finding.lock ?? ""}`} finding={finding} />
      ))}
    </ul>
  );
}

function FindingRow({ finding }: { readonly finding: Finding }) {
  const { what, advice } = findingText(finding);
  return (
    <li>
      <Status level={finding.state}>
        {finding.lock === undefined ? what : <a href={`#/locks/${finding.lock}`}>{what}</a>}
      </Status>
      {advice !== "" && (
        <p class="advice">
          <strong>{texts.value.common.whatToDo}</strong> {advice}
        </p>
      )}
    </li>
  );
}
