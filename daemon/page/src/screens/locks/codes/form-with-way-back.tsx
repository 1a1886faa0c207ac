import type { ComponentChildren } from "preact";
import { texts } from "../texts.ts";

interface FormWithWayBackProps {
  readonly to: string;
  readonly children: ComponentChildren;
}

/** A form with a way back below its button. What was typed stays until it is sent. */
export function FormWithWayBack({ to, children }: FormWithWayBackProps) {
  return (
    <>
      {children}
      <div class="buttons">
        <a class="button" href={`#${to}`}>
          {texts.value.common.cancel}
        </a>
      </div>
    </>
  );
}
