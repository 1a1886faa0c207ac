import fc from "fast-check";

/** Values, bodies and headers that no correct client would send. */

export const oddText = fc.oneof(
  fc.string({ unit: "binary", maxLength: 40 }),
  fc.constantFrom(
    "",
    " ",
    "\u0000",
    "\ud800",
    "..",
    ".",
    "../..",
    "%2e%2e",
    "%",
    "0x",
    "999",
    "-1",
    "1e999",
    "٣",
    "\u202e0x00124b0000000001",
    "a".repeat(5000),
  ),
);

export const oddValue: fc.Arbitrary<unknown> = fc.oneof(
  oddText,
  fc.integer(),
  fc.double(),
  fc.constantFrom<unknown>(null, true, false, [], {}, 999, 0, -1, 2 ** 53, [[[[[[]]]]]]),
  fc.array(oddText, { maxLength: 3 }),
  fc.dictionary(oddText, oddText, { maxKeys: 3 }),
);

/** Texts that are no body of ours. */
export const oddBodyText = fc.oneof(
  fc.json(),
  fc.string({ unit: "binary", maxLength: 60 }),
  fc.constantFrom(
    "",
    "{",
    "[]",
    "null",
    '"x"',
    "[".repeat(9000),
    `${'{"a":'.repeat(2000)}1${"}".repeat(2000)}`,
    '{"a":1}}',
    "\ufeff{}",
    '{"__proto__":{"scope":"manager"}}',
    '{"constructor":{"prototype":{"isAdmin":1}}}',
    '{"uuid":"a","uuid":"b"}',
    `{"name":"${"x".repeat(70_000)}"}`,
    `{"a":1e400,"b":-0}`,
  ),
);

export type Headers = readonly (readonly [string, string])[];

const json = ["content-type", "application/json"] as const;
const oddHeader = fc.constantFrom<readonly [string, string]>(
  ["content-type", "text/plain"],
  ["content-type", "application/json; charset=utf-16"],
  ["content-type", "x/y;;;"],
  ["content-type", "application/x-www-form-urlencoded"],
  ["content-encoding", "gzip"],
  ["accept", "text/html;q=0.9, */*;q=x"],
  ["origin", "https://evil.example"],
  ["origin", "null"],
  ["host", "evil.example"],
  ["host", "127.0.0.1:1:1"],
  ["x-http-method-override", "DELETE"],
  ["x-forwarded-for", "127.0.0.1"],
  ["cookie", "access_token=AAAA"],
  ["authorization", "Basic YWRtaW46YWRtaW4="],
  ["range", "bytes=0-1,-1,5-"],
  ["if-none-match", "*"],
  ["x-long", "y".repeat(9000)],
  ["upgrade", "websocket"],
);
/** Mostly what a body of JSON needs. */
export const oddHeaders = fc.oneof(
  { weight: 8, arbitrary: fc.constant<Headers>([json]) },
  { weight: 1, arbitrary: fc.tuple(oddHeader) },
  { weight: 1, arbitrary: fc.tuple(fc.constant(json), oddHeader, oddHeader) },
);
