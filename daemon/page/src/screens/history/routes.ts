import type { Route } from "../../router.ts";

export const historyRoutes: readonly Route[] = [
  { path: "/locks/:id/history", scope: "technician", load: () => import("./history-screen.tsx") },
  { path: "/locks/:id/radio", scope: "technician", load: () => import("./radio-screen.tsx") },
  { path: "/locks/:id/slots", scope: "technician", load: () => import("./slots-screen.tsx") },
];
