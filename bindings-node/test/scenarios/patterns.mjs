// Patterns and variables of the conformance scenarios: what is expected, compared with what came.

/** Puts values in place of variables, everywhere in a value. */
export function fill(value, variables) {
  if (typeof value === "string") {
    const [, name, rest] = /^\$([A-Za-z][A-Za-z0-9]*)(.*)$/s.exec(value) ?? [];
    if (name === undefined) {
      return value;
    }
    if (!Object.hasOwn(variables, name)) {
      throw new Error(`the variable $${name} is not set`);
    }
    return rest === "" ? variables[name] : `${variables[name]}${rest}`;
  }
  if (Array.isArray(value)) {
    return value.map((item) => fill(item, variables));
  }
  if (isObject(value)) {
    const filled = Object.entries(value).map(([key, item]) => [key, fill(item, variables)]);
    return Object.fromEntries(filled);
  }
  return value;
}

/** Compares a value with a pattern; throws an error that names the place and both sides. */
export function match(pattern, value, variables, place = "") {
  if (isObject(pattern)) {
    const [name] = Object.keys(pattern);
    if (name?.startsWith("$")) {
      special(name, pattern[name], value, variables, place);
      return;
    }
  }
  check(value !== undefined, place, "is missing");
  if (Array.isArray(pattern)) {
    check(Array.isArray(value), place, () => differs(pattern, value));
    check(
      value.length === pattern.length,
      place,
      () => `${pattern.length} elements, ${shown(value)}`,
    );
    for (const [index, each] of pattern.entries()) {
      match(each, value[index], variables, `${place}[${index}]`);
    }
  } else if (isObject(pattern)) {
    check(isObject(value), place, () => differs(pattern, value));
    for (const [key, each] of Object.entries(pattern)) {
      match(each, value[key], variables, `${place}.${key}`);
    }
  } else {
    const expected = fill(pattern, variables);
    const same = JSON.stringify(expected) === JSON.stringify(value);
    check(same, place, () => differs(expected, value));
  }
}

const MATCHERS = {
  $any: () => true,
  $type: (type, value) => isOf(type, value),
  $contains: (argument, value) =>
    lower(value, (text) => parts(argument).every((p) => text.includes(p))),
  $lacks: (argument, value) =>
    lower(value, (text) => !parts(argument).some((p) => text.includes(p))),
  $gte: (limit, value) => typeof value === "number" && value >= limit,
  $lte: (limit, value) => typeof value === "number" && value <= limit,
  $not: (pattern, value, variables) => !fits(pattern, value, { ...variables }),
  $set: (name, value, variables) => {
    variables[name] = value;
    return true;
  },
};

function special(name, argument, value, variables, place) {
  if (name === "$absent") {
    check(value === undefined, place, () => `should not be there, is ${shown(value)}`);
    return;
  }
  check(value !== undefined, place, "is missing");
  if (name === "$all") {
    for (const pattern of argument) {
      match(pattern, value, variables, place);
    }
  } else if (name === "$some") {
    check(Array.isArray(value), place, () => `is no list: ${shown(value)}`);
    for (const pattern of argument) {
      const found = value.find((item) => fits(pattern, item, { ...variables }));
      check(found !== undefined, place, () => `no element is ${shown(pattern)}: ${shown(value)}`);
      match(pattern, found, variables, place);
    }
  } else {
    const matcher = MATCHERS[name];
    check(matcher !== undefined, place, `there is no matcher ${name}`);
    const holds = matcher(fill(argument, variables), value, variables);
    check(holds, place, () => `expected ${name} ${shown(argument)}, got ${shown(value)}`);
  }
}

/** True if the value fits the pattern. */
export function fits(pattern, value, variables) {
  try {
    match(pattern, value, variables);
    return true;
  } catch {
    return false;
  }
}

/** A value for people; a long one is cut. */
export function shown(value) {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 1500 ? `${text.slice(0, 1500)}... (${text.length} characters)` : text;
}

function check(holds, place, problem) {
  if (!holds) {
    const text = typeof problem === "function" ? problem() : problem;
    throw new Error(`${place.replace(/^\./, "")} ${text}`.trim());
  }
}

function differs(pattern, value) {
  return `expected ${shown(pattern)}, got ${shown(value)}`;
}

function isObject(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function isOf(type, value) {
  switch (type) {
    case "null":
      return value === null;
    case "array":
      return Array.isArray(value);
    case "object":
      return isObject(value);
    case "integer":
      return Number.isInteger(value);
    default:
      return typeof value === type;
  }
}

function lower(value, holds) {
  return typeof value === "string" && holds(value.toLowerCase());
}

function parts(argument) {
  return [argument].flat().map((part) => part.toLowerCase());
}
