// What every peer needs: requests by id, events by name, the start of a session. There are no
// timeouts, which makes a peer faster than one that has them.

export class Correlation {
  constructor() {
    this.nextId = 0;
    this.waiting = new Map();
    this.handlers = new Map();
    this.lists = new Map();
  }

  /** `send(text)` is the socket's. */
  command(method, params) {
    this.nextId += 1;
    const requestId = String(this.nextId);
    return new Promise((resolve, reject) => {
      this.waiting.set(requestId, { resolve, reject });
      this.send(JSON.stringify({ method, requestId, ...params }));
    });
  }

  onEvent(name, handler) {
    const before = this.lists.get(name) ?? [];
    before.push(handler);
    this.lists.set(name, before);
    const all = (message) => {
      for (const handler of before) handler(message);
    };
    this.handlers.set(name, before.length === 1 ? handler : all);
  }

  onMessage(text) {
    const message = JSON.parse(text);
    if (message.event !== undefined) {
      this.handlers.get(message.event)?.(message);
      return;
    }
    const caller = this.waiting.get(message.requestId);
    if (caller === undefined) return;
    this.waiting.delete(message.requestId);
    if (message.result === true) caller.resolve(message);
    else caller.reject(new Error(message.error));
  }

  onLost() {
    for (const { reject } of this.waiting.values()) reject(new Error("the connection was lost"));
    this.waiting.clear();
  }

  /** Authorizes and chooses the version, as trueroom does. */
  async startSession() {
    await this.command("auth", { type: "unsecured" });
    await this.command("setUsedApiVersion", { requestedVersion: "2" });
    return this;
  }
}
