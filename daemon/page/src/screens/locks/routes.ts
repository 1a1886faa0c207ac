import type { Route } from "../../router.ts";

export const lockRoutes: readonly Route[] = [
  { path: "/locks", scope: "technician", load: () => import("./list-screen.tsx") },
  { path: "/locks/:id", scope: "technician", load: () => import("./lock-screen.tsx") },
  { path: "/locks/:id/codes", scope: "technician", load: () => import("./codes/codes-screen.tsx") },
  {
    path: "/locks/:id/codes/new",
    scope: "manager",
    load: () => import("./codes/new-code-screen.tsx"),
  },
  {
    path: "/locks/:id/codes/:code",
    scope: "manager",
    load: () => import("./codes/edit-code-screen.tsx"),
  },
  { path: "/locks/:id/time", scope: "technician", load: () => import("./time/time-screen.tsx") },
];
