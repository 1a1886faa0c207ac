import type { Route } from "../../router.ts";

export const peopleRoutes: readonly Route[] = [];
