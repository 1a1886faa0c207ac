import { TestBroker } from "../../../support/cloud/broker.ts";
import { serve, tell } from "./line-service.ts";

/** The broker where no mosquitto is installed: aedes in a process of its own. */

const broker = await TestBroker.start();
serve({});
tell({ url: broker.url });
