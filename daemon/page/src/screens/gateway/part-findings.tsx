import { useCommand } from "../../api/command-state.ts";
import type { Finding } from "../../findings/finding.ts";
import { FindingList } from "../../findings/finding-list.tsx";
import { Fault } from "../../widgets/fault.tsx";

interface PartFindingsProps {
  readonly parts: readonly Finding["part"][];
  /** Also what is in order. */
  readonly isWhole?: boolean;
}

/** What the doctor says about a part of the gateway, with what to do. */
export function PartFindings({ parts, isWhole = false }: PartFindingsProps) {
  const read = useCommand("doctor", {}, { everyMs: 5_000 });
  const found = (read.answer.value?.findings ?? []).filter(
    ({ part, state }) => parts.includes(part) && (isWhole || state !== "ok"),
  );
  return (
    <div role="status">
      <Fault error={read.error.value} />
      {found.length > 0 && (
        <div class="card">
          <FindingList findings={found} />
        </div>
      )}
    </div>
  );
}
