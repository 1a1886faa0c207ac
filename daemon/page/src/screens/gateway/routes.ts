import type { Route } from "../../router.ts";

export const gatewayRoutes: readonly Route[] = [
  { path: "/network", scope: "technician", load: () => import("./network/network-screen.tsx") },
  { path: "/stick", scope: "technician", load: () => import("./stick-screen.tsx") },
  { path: "/clock", scope: "technician", load: () => import("./clock-screen.tsx") },
  { path: "/cloud", scope: "technician", load: () => import("./cloud-screen.tsx") },
  { path: "/log", scope: "technician", load: () => import("./log/log-screen.tsx") },
  { path: "/support", scope: "technician", load: () => import("./support-screen.tsx") },
  { path: "/trust", scope: "technician", load: () => import("./trust-screen.tsx") },
];
