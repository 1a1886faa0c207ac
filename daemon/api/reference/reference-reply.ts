import { createHash } from "node:crypto";
import { gzipSync } from "node:zlib";
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Described } from "../openapi/openapi.ts";
import { codingFor } from "../page/content-coding.ts";
import { referencePage } from "./reference-page.ts";
import { referencePolicy } from "./reference-style.ts";

/** Sends the reference: compressed if the caller reads that, and not at all if the caller has this version of it. */
export function sendReference(
  { headers }: FastifyRequest,
  reply: FastifyReply,
  described: Described,
): FastifyReply {
  const text = referencePage(described);
  const etag = `"${createHash("sha256").update(text).digest("base64url").slice(0, 22)}"`;
  reply
    .type("text/html; charset=utf-8")
    .header("content-security-policy", referencePolicy)
    .header("etag", etag)
    .header("vary", "accept-encoding");
  if (headers["if-none-match"] === etag) return reply.code(304).send();
  const coding = codingFor(headers["accept-encoding"], ["gzip"]);
  if (coding === null) return reply.send(text);
  return reply.header("content-encoding", coding.name).send(gzipSync(text));
}
