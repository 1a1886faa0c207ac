import { openStore } from "../../daemon/store/open-store.ts";
import { serve, tell } from "./line-service.ts";

/** Opens a store, tells that it is open, and closes it when asked: `opening-process FOLDER FINGERPRINT`. */
const [directory = "", keyFingerprint = ""] = process.argv.slice(2);
const store = await openStore({ directory, keyFingerprint, mode: "existing" });
tell({ opened: true });
serve({
  close: async () => {
    await store.close();
    return {};
  },
});
