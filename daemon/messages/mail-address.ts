/** A mail server of the owner, and how recipients are addressed. */
export interface MailConfig {
  /** `smtps://host:465`, or `smtp://host:587`, which must offer STARTTLS unless it is this machine. */
  readonly url: string;
  /** The sender's address. */
  readonly from: string;
  readonly username: string | undefined;
  readonly passwordFile: string | undefined;
  /** Domain for addresses of telephone numbers; undefined = telephone numbers get no mail. */
  readonly smsDomain: string | undefined;
}

/**
 * Returns the mail address of a recipient, or null if mail cannot reach it.
 * @param to a telephone number ("86-135…") or a mail address
 */
export function mailAddressOf(to: string, { smsDomain }: MailConfig): string | null {
  if (/^[^\s@<>,;]+@[^\s@<>,;]+$/.test(to)) return to;
  const digits = to.replaceAll(/[^0-9]/g, "");
  return smsDomain === undefined || digits === "" ? null : `${digits}@${smsDomain}`;
}
