/** Keyed hash of a code on one lock: equal codes have equal marks. Tells nothing without the key. */
export type CodeMark = string;

/** A code as it is kept: encrypted (AES-256-GCM, base64url of nonce, text and tag), with its mark. */
export interface SealedCode {
  readonly box: string;
  readonly mark: CodeMark;
}
