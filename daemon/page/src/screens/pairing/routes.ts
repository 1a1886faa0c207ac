import type { Route } from "../../router.ts";

export const pairingRoutes: readonly Route[] = [];
