import type { Route } from "../../router.ts";

export const historyRoutes: readonly Route[] = [];
