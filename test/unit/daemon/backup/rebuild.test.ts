import assert from "node:assert/strict";
import {
  cpSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { after, before, describe, it } from "node:test";
import { copyFileOf, openOrRecover } from "../../../../daemon/backup/restore/recovery.ts";
import type { LevelStore } from "../../../../daemon/store/level-store.ts";
import { openStore } from "../../../../daemon/store/opening/open-store.ts";
import { MasterKey } from "../../../../daemon/store/secrets/master-key.ts";
import { put, remove } from "../../../../daemon/store/store.ts";
import { aLock, aLockId, aPassword } from "../../../support/records.ts";

const masterKey = new MasterKey(Buffer.alloc(32, 5));
const stamp = { atMs: 1_000, clock: "synced" } as const;
const event = { kind: "event", event: "pwdSync", lock: aLockId, detail: null } as const;
const revokedId = 3;
const password = (id: number, revision = 1) =>
  put("password", [aLockId, id], aPassword({ id, revision, sealedFor: `password/${id}` }));

let folder = "";
let whole = "";
let content = "";

/** Everything the store holds, as text, with the chain of its journal walked. */
async function contentOf(store: LevelStore): Promise<string> {
  await store.verifyJournal();
  const { epoch, tail, head } = store.journalRange();
  const journal = await store.readJournal(1, 1_000);
  const records = await store.exportRecords();
  return JSON.stringify({ epoch, tail, head, records, journal });
}

/** Tables of several starts and a log; a password is revoked, and LevelDB has moved its files since. */
before(async () => {
  folder = mkdtempSync(join(tmpdir(), "latchd-rebuild-"));
  whole = join(folder, "whole");
  const given = {
    directory: join(whole, "store"),
    masterKey,
    secondWitness: join(whole, "far", "witness.json"),
  };
  mkdirSync(whole);
  let store = await openStore({ ...given, mode: "provision" });
  await store.commit({ changes: [put("lock", [aLockId], aLock())], journal: [event] }, stamp);
  for (let id = 1; id <= 12; id++) {
    await store.commit({ changes: [password(id)], journal: [event] }, stamp);
    if (id % 4 !== 0) continue;
    if (id === 8) {
      const revoke = remove("password", [aLockId, revokedId]);
      await store.commit({ changes: [revoke, password(1, 2)], journal: [event] }, stamp);
      await store.compact();
    }
    await store.close();
    store = await openStore({ ...given, mode: "existing" });
  }
  await store.commit({ changes: [password(13)], journal: [event] }, stamp);
  content = await contentOf(store);
  await store.close();
});
after(() => rmSync(folder, { recursive: true, force: true }));

interface Recovered {
  readonly content: string;
  readonly passwords: readonly number[];
  readonly isSameEpoch: boolean;
  readonly tookMs: number;
}

const level = (data: string) => join(data, "store", "level");
const namesIn = (data: string, pattern: RegExp) =>
  readdirSync(level(data)).filter((name) => pattern.test(name));

/** Damages a copy of the files and starts on it as the daemon does. */
async function startAfter(damage: (data: string) => unknown): Promise<Recovered> {
  const data = join(folder, "data");
  rmSync(data, { recursive: true, force: true });
  cpSync(whole, data, { recursive: true });
  await damage(data);
  return start(data);
}

async function start(data: string): Promise<Recovered> {
  const directory = join(data, "store");
  const begunMs = performance.now();
  const store = await openOrRecover({
    directory,
    masterKey,
    copyFile: copyFileOf(directory),
    secondWitness: join(data, "far", "witness.json"),
    log: { error: () => undefined },
  });
  try {
    return {
      tookMs: performance.now() - begunMs,
      content: await contentOf(store),
      passwords: [...store.list("password", [aLockId])].map(({ id }) => id),
      isSameEpoch: content.includes(store.journalRange().epoch),
    };
  } finally {
    await store.close();
  }
}

/** Only files that say which files are in use, or vouch for them: the content itself is whole. */
const unprovenNowhere: Readonly<Record<string, (data: string) => unknown>> = {
  "CURRENT is doubled": (data) => {
    const current = readFileSync(join(level(data), "CURRENT"));
    writeFileSync(join(level(data), "CURRENT"), Buffer.concat([current, current]));
  },
  "CURRENT is empty": (data) => writeFileSync(join(level(data), "CURRENT"), ""),
  "CURRENT is garbage": (data) =>
    writeFileSync(join(level(data), "CURRENT"), Buffer.alloc(16, 0xff)),
  "CURRENT is gone": (data) => rmSync(join(level(data), "CURRENT")),
  "CURRENT names a manifest that is not there": (data) =>
    writeFileSync(join(level(data), "CURRENT"), "MANIFEST-999999\n"),
  "the manifest is gone": (data) => {
    for (const name of namesIn(data, /^MANIFEST/)) rmSync(join(level(data), name));
  },
  "the manifest is cut to nothing": (data) => cutManifest(data, 0),
  "the manifest is cut in its middle": (data) => {
    const [name = ""] = namesIn(data, /^MANIFEST/);
    cutManifest(data, Math.floor(readFileSync(join(level(data), name)).length / 2));
  },
  "the manifest's last octets are altered": (data) => {
    const [name = ""] = namesIn(data, /^MANIFEST/);
    const bytes = readFileSync(join(level(data), name));
    bytes.fill(0xa5, bytes.length - 9);
    writeFileSync(join(level(data), name), bytes);
  },
  "the marker is empty": (data) => writeFileSync(join(data, "store", "provisioned.json"), ""),
  "the marker is gone": (data) => rmSync(join(data, "store", "provisioned.json")),
  "the witness is empty": (data) => writeFileSync(join(data, "store", "witness.json"), ""),
  "the witness is gone": (data) => rmSync(join(data, "store", "witness.json")),
  "marker and witness are garbage": (data) => {
    for (const name of ["provisioned.json", "witness.json"]) {
      writeFileSync(join(data, "store", name), Buffer.alloc(64));
    }
  },
  "the marker is empty and the second witness is gone": (data) => {
    writeFileSync(join(data, "store", "provisioned.json"), "");
    rmSync(join(data, "far"), { recursive: true });
  },
  "CURRENT and the manifest are both gone": (data) => {
    for (const name of namesIn(data, /^MANIFEST|^CURRENT/)) rmSync(join(level(data), name));
  },
};

function cutManifest(data: string, bytes: number): void {
  for (const name of namesIn(data, /^MANIFEST/)) truncateSync(join(level(data), name), bytes);
}

describe("a store whose tables and log are whole", () => {
  for (const [what, damage] of Object.entries(unprovenNowhere)) {
    it(`keeps every record, its journal and its epoch when ${what}`, async (test) => {
      const recovered = await startAfter(damage);
      assert.equal(recovered.content, content);
      test.diagnostic(`open ${Math.round(recovered.tookMs)} ms after the start`);
    });
  }

  it("keeps everything if there is a second, older manifest", async () => {
    const recovered = await startAfter((data) => {
      const [name = ""] = namesIn(data, /^MANIFEST/);
      const bytes = readFileSync(join(level(data), name));
      writeFileSync(join(level(data), "MANIFEST-000001"), bytes.subarray(0, 40));
      writeFileSync(join(level(data), "CURRENT"), "MANIFEST-000001\n");
    });
    assert.equal(recovered.content, content);
  });

  it("does not bring a revoked password back from an obsolete table", async () => {
    // A table of before the revocation, as a crash between a compaction and its clean-up leaves it.
    const older = join(folder, "obsolete");
    rmSync(older, { recursive: true, force: true });
    mkdirSync(older, { recursive: true });
    const directory = join(older, "store");
    const store = await openStore({ directory, masterKey, mode: "provision" });
    await store.commit({ changes: [password(revokedId)], journal: [] }, stamp);
    await store.compact();
    await store.close();
    const [table = ""] = namesIn(older, /\.ldb$/);
    for (const gone of [/^CURRENT/, /^CURRENT|^MANIFEST/]) {
      const recovered = await startAfter((data) => {
        cpSync(join(level(older), table), join(level(data), "000001.ldb"));
        for (const name of namesIn(data, gone)) rmSync(join(level(data), name));
      });
      assert.ok(!recovered.passwords.includes(revokedId));
      assert.equal(recovered.content, content);
    }
  });

  it("sets the damaged files aside for people to inspect", async () => {
    await startAfter((data) => rmSync(join(level(data), "CURRENT")));
    const data = join(folder, "data");
    assert.deepEqual(
      readdirSync(join(data, "store", "damaged-1", "level")).filter((name) => /ldb$/.test(name)),
      namesIn(whole, /\.ldb$/),
    );
  });

  it("continues the exchange of files that a power cut interrupted", async () => {
    await startAfter((data) => rmSync(join(level(data), "CURRENT")));
    const data = join(folder, "data");
    renameSync(level(data), `${level(data)}.rebuilt`);
    assert.equal((await start(data)).content, content);
  });

  it("is rebuilt from the beginning after a power cut during the rebuild", async () => {
    const recovered = await startAfter((data) => {
      rmSync(join(level(data), "CURRENT"));
      mkdirSync(`${level(data)}.rebuilding`);
      writeFileSync(join(`${level(data)}.rebuilding`, "000003.log"), "half");
    });
    assert.equal(recovered.content, content);
  });
});

describe("a store with a missing part", () => {
  const isLost = async (damage: (data: string) => unknown) => {
    const recovered = await startAfter((data) => {
      damage(data);
      rmSync(join(level(data), "CURRENT"), { force: true });
    });
    assert.ok(!recovered.isSameEpoch);
    assert.ok(!recovered.passwords.includes(revokedId));
    return recovered;
  };

  it("is not treated as whole if any one of its tables is missing", async () => {
    for (const table of namesIn(whole, /\.ldb$/)) {
      await isLost((data) => rmSync(join(level(data), table)));
    }
  });

  it("is not treated as whole if its log is missing", async () => {
    await isLost((data) => {
      for (const log of namesIn(data, /\.log$/)) rmSync(join(level(data), log));
    });
  });

  it("is not treated as whole if an octet of its log or of a table is altered", async () => {
    for (const name of namesIn(whole, /\.(ldb|log)$/)) {
      await isLost((data) => {
        const bytes = readFileSync(join(level(data), name));
        if (bytes.length === 0) return rmSync(join(level(data), name));
        const at = bytes.length >> 1;
        bytes[at] = (bytes[at] ?? 0) ^ 0x10;
        writeFileSync(join(level(data), name), bytes);
        return undefined;
      });
    }
  });

  it("is not treated as whole if its newest log is an older one", async () => {
    const recovered = await isLost((data) => {
      for (const log of namesIn(data, /\.log$/)) writeFileSync(join(level(data), log), "");
    });
    // What the tables prove is kept, with suspended grants.
    assert.deepEqual(recovered.passwords, [1, 2, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  });

  it("is not treated as whole without a proof of its newest epoch", async () => {
    await isLost((data) => {
      rmSync(join(data, "store", "witness.json"));
      rmSync(join(data, "far"), { recursive: true });
    });
  });
});
