// Simulators, each a process of its own, so that only the client is measured here.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { createInterface } from "node:readline";

/** A simulator that is driven over its standard input. */
export class Terminal {
  static async start(program, ...words) {
    const child = spawn(program, ["--stdin", ...words], { stdio: ["pipe", "pipe", "inherit"] });
    const terminal = new Terminal(child);
    terminal.port = (await terminal.answer()).port;
    return terminal;
  }

  constructor(child) {
    this.child = child;
    this.waiting = [];
    createInterface({ input: child.stdout }).on("line", (line) => {
      this.waiting.shift()?.(JSON.parse(line));
    });
  }

  /** Answers come in the order of the operations. */
  answer() {
    return new Promise((resolve) => this.waiting.push(resolve));
  }

  async perform(operation) {
    this.child.stdin.write(`${JSON.stringify(operation)}\n`);
    const answer = await this.answer();
    if (!answer.ok) throw new Error(`${JSON.stringify(operation)}: ${answer.error}`);
    return answer.value;
  }

  async stop() {
    this.child.stdin.end();
    await once(this.child, "exit");
  }
}
