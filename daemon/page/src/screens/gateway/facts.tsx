import type { ComponentChildren } from "preact";
import "../../styles/gateway.css";

/** Names and values, one under the other on a phone. */
export function Facts({ children }: { readonly children: ComponentChildren }) {
  return <dl class="gateway-facts card">{children}</dl>;
}

interface FactProps {
  readonly name: string;
  readonly hint?: string;
  readonly children: ComponentChildren;
}

export function Fact({ name, hint, children }: FactProps) {
  return (
    <div>
      <dt>{name}</dt>
      <dd>
        {children}
        {hint !== undefined && <div class="hint">{hint}</div>}
      </dd>
    </div>
  );
}
