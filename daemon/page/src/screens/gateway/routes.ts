import type { Route } from "../../router.ts";

export const gatewayRoutes: readonly Route[] = [];
