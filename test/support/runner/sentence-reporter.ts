import { Readable } from "node:stream";
import { spec, type TestEvent } from "node:test/reporters";

/**
 * Prints what node's `spec` reporter prints, with the whole sentence for a failed test: the titles of its suites, then
 * its own. `spec` alone lists a failed test by its own title, which does not say what was tested.
 */
async function* sentenceReporter(events: AsyncIterable<TestEvent>): AsyncGenerator<unknown, void> {
  yield* Readable.from(withSentences(events)).pipe(new spec());
}

/**
 * Gives each failed test its whole sentence as its name. `spec` insists on the same name in the start and in the
 * failure of a test. The two events of a test without subtests follow each other, so the start waits for the next event.
 */
async function* withSentences(events: AsyncIterable<TestEvent>): AsyncGenerator<TestEvent, void> {
  /** Titles of the tests and suites that are open, outermost first. */
  let open: string[] = [];
  let start: TestEvent | null = null;
  for await (const event of events) {
    const isLeafFailure = start !== null && event.type === "test:fail";
    const sentence = open.join(" ");
    if (start !== null) yield isLeafFailure ? renamed(start, sentence) : start;
    start = null;
    if (event.type === "test:start") {
      open = [...open.slice(0, event.data.nesting), event.data.name];
      start = event;
    } else {
      yield isLeafFailure ? renamed(event, sentence) : event;
    }
  }
}

function renamed(event: TestEvent, name: string): TestEvent {
  switch (event.type) {
    case "test:start":
      return { ...event, data: { ...event.data, name } };
    case "test:fail":
      return { ...event, data: { ...event.data, name } };
    default:
      return event;
  }
}

// biome-ignore lint/style/noDefaultExport: node takes a reporter from the default export of its module.
export default sentenceReporter;
