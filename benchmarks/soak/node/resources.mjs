// What the process holds, and whether that grows.
import { readdirSync } from "node:fs";

export function sample(seconds) {
  globalThis.gc();
  const { rss, heapUsed } = process.memoryUsage();
  return {
    seconds,
    rss_kb: Math.round(rss / 1024),
    resources: process.getActiveResourcesInfo().filter((name) => name !== "Timeout").length,
    threads: readdirSync("/proc/self/task").length,
    descriptors: readdirSync("/proc/self/fd").length,
    heap_kb: Math.round(heapUsed / 1024),
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
