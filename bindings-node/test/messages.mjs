// Messages of all kinds from a seed: mostly of few forms, as terminals send them, and some strange.

/** Numbers from 0 to 1, the same for the same seed (mulberry32). */
export function random(seed) {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

const WORDS = [
  "4.png",
  "820_1@some.server",
  "",
  "Переговорная",
  "😀",
  "9007199254740993",
  "x".repeat(300),
  "42",
  "007",
  "0",
  "123456789012345",
];
const ESCAPES = [
  '\\"',
  "\\\\",
  "\\u0041",
  "\\ud83d\\ude00",
  "\\ud800",
  "\\/",
  "\\n",
  "\\u0000",
  "\\u2028",
];
const NUMBERS = [
  "0",
  "-0",
  "1",
  "-1",
  "7701",
  "1659249491311",
  "999999999999999",
  "9007199254740991",
  "-9007199254740991",
  "2147483648",
  "0.5",
  "-0.0",
  "1e3",
  "1E+2",
  "1e-7",
  "1e400",
  "-1e400",
  "123456789.123456789",
  "5e-324",
  "9007199254740993.5",
  "0.1234567890123456789",
  "1e21",
];
/** Integers that a number would round. */
const UNSAFE = ["9007199254740992", "-9007199254740993", "18446744073709551615", "1".repeat(40)];
const KEYS = ["method2", "fileName", "size", "a", "_b", "C3", "peerId"];
const STRANGE = [
  "__proto__",
  "constructor",
  "toString",
  "",
  "1",
  "0",
  "42",
  "a b",
  'q\\"',
  "ключ",
  "\\u0061",
  "a-b",
];

/**
 * @returns as many messages, each as JSON `text`, and `exact`: the same with quotes around integers
 * that a number would round
 */
export function generate(next, count) {
  const pick = (list) => list[Math.floor(next() * list.length)];
  const same = (text) => [text, text];
  const space = () => (next() < 0.03 ? pick([" ", "\n\t", "  "]) : "");

  const string = () => {
    const parts = [pick(WORDS)];
    while (next() < 0.2) {
      parts.push(pick(next() < 0.5 ? ESCAPES : WORDS));
    }
    if (next() < 0.3) {
      parts.push(String(Math.floor(next() * 1e9)));
    }
    return `"${parts.join("")}"`;
  };
  const scalar = () => {
    const kind = next();
    if (kind < 0.03) {
      const digits = pick(UNSAFE);
      return [digits, `"${digits}"`];
    }
    if (kind < 0.5) {
      return same(next() < 0.5 ? pick(NUMBERS) : String(Math.floor(next() * 1e6)));
    }
    return same(kind < 0.9 ? string() : pick(["true", "false", "null"]));
  };
  const join = (parts, open, close) =>
    [0, 1].map((side) => `${open}${parts.map((part) => part[side]).join(",")}${close}`);
  const value = (depth) => {
    const kind = next();
    if (depth > 5 || kind < 0.9) {
      return scalar();
    }
    if (next() < 0.6) {
      return records(depth);
    }
    const parts = Array.from({ length: Math.floor(next() * 4) }, () => value(depth + 1));
    if (kind < 0.95) {
      return join(parts, "[", "]");
    }
    return join(parts.map(member), "{", "}");
  };
  const member = ([text, exact]) => {
    const before = `${space()}"${pick(next() < 0.9 ? KEYS : STRANGE)}"${space()}:${space()}`;
    return [`${before}${text}${space()}`, `${before}${exact}`];
  };
  /** Objects of few forms, alone and in lists, with others inside, and now and then something else. */
  const record = (depth) => {
    const named = ([text, exact], key) => [`"${key}":${text}`, `"${key}":${exact}`];
    const parts = [named(scalar(), "id"), named(scalar(), "name")];
    if (next() < 0.5) {
      parts.push(named(depth < 4 && next() < 0.7 ? records(depth + 1) : scalar(), "inner"));
    }
    return join(parts, "{", "}");
  };
  const records = (depth) => {
    if (next() < 0.3) {
      return record(depth);
    }
    const item = () => (next() < 0.97 ? record(depth) : scalar());
    return join(Array.from({ length: Math.floor(next() * 5) }, item), "[", "]");
  };
  const head = () => same('"method":"event","event":"probe"');

  /** Messages of a form differ in their values only. */
  const forms = Array.from({ length: 5 }, () => {
    const keys = KEYS.filter(() => next() < 0.7);
    const common = keys.map(() => value(0));
    return () =>
      keys.map((key, index) => {
        const [text, exact] = next() < 0.7 ? common[index] : value(0);
        return [`"${key}":${text}`, `"${key}":${exact}`];
      });
  });
  const deep = () => {
    const levels = Math.floor(next() * 100);
    return [same(`"deep":${"[".repeat(levels)}1${"]".repeat(levels)}`)];
  };
  const loose = () => Array.from({ length: Math.floor(next() * 9) }, () => member(value(0)));

  return Array.from({ length: count }, () => {
    const kind = next();
    const members = kind < 0.8 ? pick(forms)() : kind < 0.82 ? deep() : loose();
    members.splice(next() < 0.9 ? 0 : Math.floor(next() * members.length), 0, head());
    const [text, exact] = join(members, "{", "}");
    return { text, exact };
  });
}
