import { signal } from "@preact/signals";
import type { ComponentType } from "preact";
import type { Scope } from "./api/session.ts";

/** Parts of a route that begin with `:`, by name. */
export type RouteParams = Readonly<Record<string, string>>;

/** What each screen gets. */
export interface ScreenProps {
  readonly params: RouteParams;
}

/** A screen behind a hash route such as `/locks/:id/codes`. Its code is loaded when it is first opened. */
export interface Route {
  readonly path: string;
  /** Who sees it; the others are told that their account may not. */
  readonly scope: Scope;
  load(): Promise<{ readonly Screen: ComponentType<ScreenProps> }>;
}

/** The path after `#`, without the query; `/` when there is none. */
export const path = signal(currentPath());

addEventListener("hashchange", () => {
  path.value = currentPath();
});

export function go(to: string): void {
  location.hash = to;
}

/** Returns the parts of `path` that the route names, or null when it is another route. */
export function paramsOf(route: string, at: string): RouteParams | null {
  const names = route.split("/");
  const parts = at.split("/");
  if (names.length !== parts.length) return null;
  const params: Record<string, string> = {};
  for (const [index, name] of names.entries()) {
    const part = parts[index] ?? "";
    const text = decoded(part);
    if (name.startsWith(":") && text !== null) params[name.slice(1)] = text;
    else if (name !== part) return null;
  }
  return params;
}

/** Returns null if somebody has cut the address in the middle of a character. */
function decoded(part: string): string | null {
  try {
    return decodeURIComponent(part);
  } catch {
    return null;
  }
}

function currentPath(): string {
  const hash = location.hash.slice(1);
  return hash.startsWith("/") ? (hash.split("?")[0] ?? "/") : "/";
}
