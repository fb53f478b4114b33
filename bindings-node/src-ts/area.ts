/** What the areas of a room have in common: checking the names of parameters, and sending. */

import { UsageError } from "./errors.js";
import { describe } from "./json.js";
import type { OperationOptions } from "./session.js";

/** How to send a command. */
export interface CommandOptions extends OperationOptions {
  /** Milliseconds to wait for the answer. Default: `commandTimeout` of `connect`. */
  readonly timeout?: number | undefined;
}

/** How to run a flow. */
export interface FlowOptions extends OperationOptions {
  /** Milliseconds to wait for the outcome. Default: the flow's own, which its page names. */
  readonly timeout?: number | undefined;
}

/** What every answer has. */
export interface AnswerHead {
  readonly method?: string;
  readonly requestId?: string;
  readonly result?: boolean;
}

/**
 * An answer that tells nothing but that the command was accepted. For an action that often means
 * only "accepted for execution"; the outcome comes as an event.
 */
export type Accepted = AnswerHead;

/** The parameters of a command that has none. */
export type NoParams = Readonly<Record<string, never>>;

/** What sends the commands of an area. */
export interface Caller {
  command(method: string, params?: object, options?: CommandOptions): Promise<unknown>;
  runFlow(flow: string, params?: object, options?: FlowOptions): Promise<unknown>;
}

/** Commands of a room that belong together. */
export class Area {
  readonly #caller: Caller;

  /** @internal */
  constructor(caller: Caller) {
    this.#caller = caller;
  }

  /** @internal */
  protected async _call<Answer>(
    method: string,
    required: readonly string[],
    optional: readonly string[],
    params: object | undefined,
    options: CommandOptions | undefined,
  ): Promise<Answer> {
    checkNames(method, required, optional, params ?? {});
    return (await this.#caller.command(method, params, options)) as Answer;
  }

  /** @internal */
  protected async _run<Outcome>(
    flow: string,
    required: readonly string[],
    optional: readonly string[],
    params: object | undefined,
    options: FlowOptions | undefined,
  ): Promise<Outcome> {
    checkNames(flow, required, optional, params ?? {});
    return (await this.#caller.runFlow(flow, params, options)) as Outcome;
  }
}

function checkNames(
  method: string,
  required: readonly string[],
  optional: readonly string[],
  params: object,
): void {
  if (typeof params !== "object" || Array.isArray(params)) {
    throw new UsageError(`the parameters of ${method} must be an object, not ${describe(params)}`);
  }
  const names = [...required, ...optional];
  for (const name of Object.keys(params)) {
    if (!names.includes(name)) {
      throw new UsageError(`${method} has no parameter ${name}; ${hint(name, names)}`);
    }
  }
  for (const name of required) {
    const value = (params as Record<string, unknown>)[name];
    if (value === undefined || value === null) {
      throw new UsageError(`${method} needs the parameter ${name}; nothing was sent`);
    }
  }
}

function hint(name: string, names: readonly string[]): string {
  if (names.length === 0) {
    return "it has none. Nothing was sent";
  }
  const plain = (text: string) => text.toLowerCase().replaceAll("_", "");
  const close = names.find(
    (other) => plain(other).includes(plain(name)) || plain(name).includes(plain(other)),
  );
  return close === undefined
    ? `it has ${names.join(", ")}. Nothing was sent`
    : `did you mean ${close}? Nothing was sent`;
}

/** Makes the areas of a room when they are first used. */
export abstract class AreasBase {
  /** Made with the first, as all such tables: a program may have a thousand rooms. */
  #areas: Map<string, Area> | undefined;

  abstract command(method: string, params?: object, options?: CommandOptions): Promise<unknown>;
  abstract runFlow(flow: string, params?: object, options?: FlowOptions): Promise<unknown>;

  /** @internal */
  protected area<A extends Area>(name: string, load: () => new (caller: Caller) => A): A {
    this.#areas ??= new Map();
    let area = this.#areas.get(name) as A | undefined;
    if (area === undefined) {
      area = new (load())(this);
      this.#areas.set(name, area);
    }
    return area;
  }
}
