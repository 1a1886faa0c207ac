import type { Route } from "./router.ts";
import { accountRoutes } from "./screens/account/routes.ts";
import { gatewayRoutes } from "./screens/gateway/routes.ts";
import { historyRoutes } from "./screens/history/routes.ts";
import { lockRoutes } from "./screens/locks/routes.ts";
import { overviewRoutes } from "./screens/overview/routes.ts";
import { pairingRoutes } from "./screens/pairing/routes.ts";
import { peopleRoutes } from "./screens/people/routes.ts";

/** Every screen that needs a session. */
export const routes: readonly Route[] = [
  ...overviewRoutes,
  ...pairingRoutes,
  ...lockRoutes,
  ...historyRoutes,
  ...gatewayRoutes,
  ...peopleRoutes,
  ...accountRoutes,
];
