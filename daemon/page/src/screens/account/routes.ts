import type { Route } from "../../router.ts";

export const accountRoutes: readonly Route[] = [];
