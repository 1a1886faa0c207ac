import type { Route } from "../../router.ts";

export const overviewRoutes: readonly Route[] = [];
