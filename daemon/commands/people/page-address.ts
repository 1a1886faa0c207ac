import Type from "typebox";
import { GatewayError } from "../../core/model/errors.ts";
import type { PageAddress, SitePort } from "../ports.ts";
import { orNull } from "../schema/reply-fields.ts";

/** Fields of a reply that leads a person to the page. */
export const pageAddressFields = {
  url: Type.String({ description: "what to open in a browser, with the secret after #" }),
  other_urls: Type.Array(Type.String(), {
    description: "the same by the gateway's other addresses",
  }),
  fingerprint: orNull(
    Type.String(),
    "SHA-256 of the certificate that the browser shows; null = plain HTTP",
  ),
  ca_fingerprint: orNull(
    Type.String(),
    "the same of the gateway's own authority; null = it has none",
  ),
};

/** @throws GatewayError `unsupported` with what to change, where the page is not served */
export function pageAddress(site: SitePort): PageAddress {
  const page = site.page?.() ?? null;
  if (page !== null) return page;
  throw new GatewayError(
    "unsupported",
    "the page is not served: set api.page to true and api.port to a port, then restart latchd",
  );
}

/** Returns the addresses with what a browser does not send to the gateway: the part after #. */
export function pageUrls(address: PageAddress, fragment: string) {
  const { urls, fingerprint, authorityFingerprint } = address;
  const [url = "", ...others] = urls.map((one) => `${one}#${fragment}`);
  return { url, other_urls: others, fingerprint, ca_fingerprint: authorityFingerprint };
}
