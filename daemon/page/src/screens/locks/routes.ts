import type { Route } from "../../router.ts";

export const lockRoutes: readonly Route[] = [];
