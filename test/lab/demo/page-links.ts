import { DaemonClient } from "../../../daemon/cli/daemon-client.ts";
import type { Rig } from "./rig.ts";

/** The links that open the demo's page: each lets one browser in, once. */
export interface PageLinks {
  /** Makes the first account. */
  readonly setUp: string;
  /** An installer's pass. */
  readonly pass: string;
}

/** Asks the running daemon for them, as `latchctl page` does. */
export async function pageLinks({ socketPath }: Rig): Promise<PageLinks> {
  const client = new DaemonClient(socketPath);
  const url = async (params: { readonly life_s?: number }): Promise<string> => {
    const { ErrNo, ErrMsg, url } = await client.command("page_link", params);
    if (ErrNo !== 0) throw new Error(`the page has no link: ${ErrMsg}`);
    return String(url);
  };
  return { setUp: await url({}), pass: await url({ life_s: 4 * 3_600 }) };
}
