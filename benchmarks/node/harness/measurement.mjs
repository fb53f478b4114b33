// The line that a client prints.
import { readFileSync } from "node:fs";

/** Time and CPU from its making to its end. */
export class Measurement {
  constructor(name) {
    globalThis.gc?.();
    this.name = name;
    this.cpu = process.cpuUsage();
    this.start = performance.now();
  }

  /**
   * Prints what came of `count` calls or events; `times` has the milliseconds each took. The value is
   * how many there were in a second, unless another is given.
   */
  end(count, times, value) {
    const elapsed = performance.now() - this.start;
    const { user, system } = process.cpuUsage(this.cpu);
    const line = {
      case: this.name,
      value: value ?? (count / elapsed) * 1000,
      cpu_us: (user + system) / count,
      peak_kb: memoryKb("VmHWM:"),
    };
    if (times) {
      times.sort((a, b) => a - b);
      line.p50_us = times[Math.floor(times.length / 2)] * 1000;
      line.p99_us = times[Math.floor(times.length * 0.99)] * 1000;
    }
    console.log(JSON.stringify(line));
  }
}

/**
 * A line of /proc/self/status, where there is one. Not process.resourceUsage, whose peak is at least
 * the one of the program that started this one.
 */
export function memoryKb(name) {
  try {
    const lines = readFileSync("/proc/self/status", "utf8").split("\n");
    const line = lines.find((line) => line.startsWith(name));
    return line ? Number.parseInt(line.slice(name.length), 10) : null;
  } catch {
    return null;
  }
}
