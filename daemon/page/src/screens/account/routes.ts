import type { Route } from "../../router.ts";

export const accountRoutes: readonly Route[] = [
  { path: "/me", scope: "technician", load: () => import("./account-screen.tsx") },
];
