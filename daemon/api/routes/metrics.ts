import type { MetricSample } from "../ports.ts";

/** Returns the text for Prometheus. The first reading loads prom-client. */
export async function metricsText(
  samples: readonly MetricSample[],
): Promise<{ readonly contentType: string; readonly text: string }> {
  const { Gauge, Registry } = await import("prom-client");
  const registry = new Registry();
  const gauges = new Map<string, InstanceType<typeof Gauge<string>>>();
  for (const { name, help, labels, value } of samples) {
    let gauge = gauges.get(name);
    if (gauge === undefined) {
      const labelNames = Object.keys(labels);
      gauge = new Gauge({ name: `latchd_${name}`, help, labelNames, registers: [registry] });
      gauges.set(name, gauge);
    }
    gauge.set({ ...labels }, value);
  }
  return { contentType: registry.contentType, text: await registry.metrics() };
}
