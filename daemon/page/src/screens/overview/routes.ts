import type { Route } from "../../router.ts";

export const overviewRoutes: readonly Route[] = [
  { path: "/", scope: "technician", load: () => import("./overview-screen.tsx") },
];
