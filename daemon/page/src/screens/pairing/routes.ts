import type { Route } from "../../router.ts";

export const pairingRoutes: readonly Route[] = [
  { path: "/pair", scope: "installer", load: () => import("./pairing-screen.tsx") },
];
