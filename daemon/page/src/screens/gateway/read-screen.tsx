import type { ComponentChildren } from "preact";
import type { Answer, CommandName } from "../../api/call.ts";
import type { CommandState } from "../../api/command-state.ts";
import { texts } from "../../texts/text.ts";
import { Fault } from "../../widgets/fault.tsx";

interface ReadScreenProps<Name extends CommandName> {
  readonly title: string;
  readonly state: CommandState<Name>;
  /** Shows the answer; the last one stays while the gateway is away. */
  children(answer: Answer<Name>): ComponentChildren;
}

/** A screen about one answer of the gateway. */
export function ReadScreen<Name extends CommandName>({
  title,
  state,
  children,
}: ReadScreenProps<Name>) {
  const answer = state.answer.value;
  return (
    <>
      <h1>{title}</h1>
      <Fault error={state.error.value} />
      {answer === null
        ? state.error.value === null && <p>{texts.value.common.loading}</p>
        : children(answer)}
    </>
  );
}
