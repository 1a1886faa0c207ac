/**
 * What the patterns of schemas accept, in words. A person cannot read a regular expression, so that no fault quotes one.
 * The words complete "must be".
 */
export const patternWords: ReadonlyMap<string, string> = new Map([
  ["^[0-9]{4,10}$", "six digits as text (at the gateway itself and on its page 4 to 10)"],
  ["^[0-9]{6}$", "six digits as text"],
  ["^[0-9]{4,16}$", "4 to 16 digits as text"],
  [
    "^([0-9]{1,16}|[0-9A-Fa-f]{32})$",
    "1 to 16 digits, or 32 hex digits of encrypted ones, as text",
  ],
  ["^0[xX][0-9a-fA-F]{16}$", "an address: 0x and 16 hex digits"],
  [
    "^[^\\u0000-\\u001f\\u007f]{1,64}$",
    "an id: text of 1 to 64 characters without control characters",
  ],
  ["^[A-Za-z0-9._-]{1,64}$", "1 to 64 of A-Z a-z 0-9 . _ -"],
  ["^[A-Za-z0-9._@+-]{1,64}$", "1 to 64 of A-Z a-z 0-9 . _ @ + -"],
  [
    "^[A-Za-z0-9.@_+-]{3,128}$",
    "a telephone number or mail address: 3 to 128 of A-Z a-z 0-9 . @ _ + -",
  ],
  ["^\\S(.{0,62}\\S)?$", "text of 1 to 64 characters without a space at either end"],
  ["^[0-9]{1,9}$", "a number of up to 9 digits, as text"],
  ["^[0-9]{1,15}$", "a number of up to 15 digits, as text"],
  ["^[0-9]{1,5}$", "a number of up to 5 digits, as text"],
  ["^[0-9]{1,2}$", "a number of up to 2 digits, as text"],
  ["^[0-9]{1,2}-[0-9]{1,5}$", "a kind and a number such as 1-2, as text"],
  ["^(\\[[0-9, ]{0,256}\\]|[0-9, ]{0,256})$", "numbers with commas between, as text"],
  ["^[0-9]{0,4}$", "a country code of up to 4 digits, as text"],
  ["^[0-9+ -]{0,24}$", "a telephone number: up to 24 of 0-9 + - and spaces"],
]);
