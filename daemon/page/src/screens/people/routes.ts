import type { Route } from "../../router.ts";

/** Both sides of a visit see it, a steward and an installer; the screen refuses the others. */
export const peopleRoutes: readonly Route[] = [
  { path: "/homes", scope: "technician", load: () => import("./homes/homes-screen.tsx") },
  { path: "/visits", scope: "technician", load: () => import("./visits/visits-screen.tsx") },
  { path: "/people", scope: "manager", load: () => import("./accounts/people-screen.tsx") },
];
