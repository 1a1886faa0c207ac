import Type from "typebox";
import { GatewayError } from "../../core/model/errors.ts";
import type { StoreView } from "../../store/store.ts";

export const userId = Type.String({
  pattern: "^[A-Za-z0-9._@+-]{1,64}$",
  description: "the member's id, 1 … 64 of A-Z a-z 0-9 . _ @ + -",
});

/** @throws GatewayError `notFound`, naming `field`. */
export function requireMember(view: StoreView, id: string, field: string): void {
  if (view.get("member", [id]) !== undefined) return;
  throw new GatewayError("notFound", `${field}: there is no member ${id}`, { field });
}
