import type { MetricSample } from "../ports.ts";

/** Returns the text for Prometheus. The first reading loads prom-client. */
export async function metricsText(
  samples: readonly MetricSample[],
): Promise<{ readonly contentType: string; readonly text: string }> {
  const { Counter, Gauge, Registry } = await import("prom-client");
  const registry = new Registry();
  const add = new Map<string, (labels: Record<string, string>, value: number) => void>();
  for (const { name, type, help, labels, value } of samples) {
    let addSample = add.get(name);
    if (addSample === undefined) {
      const labelNames = Object.keys(labels);
      const family = { name: `latchd_${name}`, help, labelNames, registers: [registry] };
      if (type === "counter") {
        const counter = new Counter(family);
        addSample = (of, count) => counter.inc(of, count);
      } else {
        const gauge = new Gauge(family);
        addSample = (of, level) => gauge.set(of, level);
      }
      add.set(name, addSample);
    }
    addSample({ ...labels }, value);
  }
  return { contentType: registry.contentType, text: await registry.metrics() };
}
