import { FloodedHouse, frameWithinMs, type Row, tableOf, tokenWithinMs } from "./flooded-house.ts";
import { floods } from "./floods.ts";

/** `npm run floods [visits]`: prints what the honest client gets under each flood. Exit code 1: too late. */
const visits = Number(process.argv[2] ?? 10);
const house = await FloodedHouse.open();
const rows: Row[] = [];
try {
  for (const flood of floods) {
    rows.push(await house.measure(flood, visits));
    console.error(JSON.stringify(rows.at(-1)));
  }
} finally {
  await house.close();
}
console.log(tableOf(rows));
const isLate = ({ slowestTokenMs, slowestRestMs, slowestCloudMs }: Row) =>
  slowestTokenMs > tokenWithinMs || Math.max(slowestRestMs, slowestCloudMs) > frameWithinMs;
process.exit(rows.some(isLate) ? 1 : 0);
