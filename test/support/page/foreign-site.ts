import { once } from "node:events";
import { createServer, type RequestListener } from "node:http";
import { createServer as createTlsServer } from "node:https";
import type { AddressInfo } from "node:net";
import { issuedFor } from "../rest/test-certificate.ts";

/** A server beside the gateway, whose pages an attacker has written. */
export class ForeignSite {
  /** Where its pages are, without a path. */
  readonly origin: string;
  /** The `Cookie` header of every request that a browser has sent it; empty = it had none. */
  readonly cookies: readonly string[];
  readonly #close: () => Promise<void>;

  private constructor(parts: Pick<ForeignSite, "origin" | "cookies">, close: () => Promise<void>) {
    this.origin = parts.origin;
    this.cookies = parts.cookies;
    this.#close = close;
  }

  /**
   * @param host the name by which a browser reaches it
   * @param plantedCookie what each of its answers sets as a cookie; absent = nothing
   */
  static async start(
    scheme: "http" | "https",
    host: string,
    plantedCookie?: string,
  ): Promise<ForeignSite> {
    const cookies: string[] = [];
    const answer: RequestListener = (request, response) => {
      cookies.push(request.headers.cookie ?? "");
      response.setHeader("content-type", "text/html; charset=utf-8");
      if (plantedCookie !== undefined) response.setHeader("set-cookie", plantedCookie);
      response.end("<!doctype html><title>a page of somebody else</title><body></body>");
    };
    const server =
      scheme === "https"
        ? createTlsServer((await issuedFor([host])).server, answer)
        : createServer(answer);
    server.listen(0, "127.0.0.1");
    await once(server, "listening");
    const { port } = portOf(server.address());
    return new ForeignSite({ origin: `${scheme}://${host}:${port}`, cookies }, async () => {
      server.closeAllConnections();
      server.close();
      await once(server, "close");
    });
  }

  async close(): Promise<void> {
    await this.#close();
  }
}

function portOf(address: AddressInfo | string | null): AddressInfo {
  if (address === null || typeof address === "string") throw new Error("the server has no port");
  return address;
}
