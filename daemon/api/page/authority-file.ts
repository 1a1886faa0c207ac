import type { FastifyInstance } from "fastify";
import { wrongMethod } from "../routes/command-route.ts";

const note =
  "This gateway has no authority of its own: it makes one with api.tls: generated in latchd.yaml.\n" +
  "See Certificates in docs/operations.md.\n";

/**
 * Serves `/ca.crt` to everybody: the certificate of the gateway's authority, which a phone must have before it trusts
 * the page.
 * @param authority returns it as PEM; null = there is none
 */
export function addAuthorityFile(
  server: FastifyInstance,
  methods: readonly string[],
  authority: () => string | null,
): void {
  server.route({
    method: [...methods],
    url: "/ca.crt",
    handler: async (request, reply) => {
      if (request.method !== "GET" && request.method !== "HEAD") {
        return wrongMethod(reply, ["GET", "HEAD"]);
      }
      const pem = authority();
      return pem === null
        ? reply.code(404).type("text/plain; charset=utf-8").send(note)
        : reply.type("application/x-x509-ca-cert").send(pem);
    },
  });
}
