// What the process holds, and whether that grows.
import { readdirSync, readFileSync } from "node:fs";

export function sample(seconds) {
  globalThis.gc();
  const status = readFileSync("/proc/self/status", "utf8");
  return {
    seconds,
    rss_kb: Number(/^VmRSS:\s+(\d+)/m.exec(status)[1]),
    resources: process.getActiveResourcesInfo().filter((name) => name !== "Timeout").length,
    threads: readdirSync("/proc/self/task").length,
    descriptors: readdirSync("/proc/self/fd").length,
    heap_kb: Math.round(process.memoryUsage().heapUsed / 1024),
  };
}

/** Growth per unit of the first coordinate, by least squares. */
export function slope(points) {
  const mean = (at) => points.reduce((sum, point) => sum + point[at], 0) / points.length;
  const [x, y] = [mean(0), mean(1)];
  const square = points.reduce((sum, point) => sum + (point[0] - x) ** 2, 0);
  const product = points.reduce((sum, point) => sum + (point[0] - x) * (point[1] - y), 0);
  return square > 0 ? product / square : 0;
}
