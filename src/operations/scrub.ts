/** Takes out of a text what might be somebody's: for messages of libraries, which quote what they were given. */

const rules: readonly (readonly [RegExp, string])[] = [
  [/\b([a-z]+:\/\/)[^\s/?#"'<>@]*@/gi, '$1'],
  [/(?<![^\s<>"'@:;,()[\]])[^\s<>"'@:;,()[\]]+@[^\s<>"'@:;,()[\]]+/g, '[e-mail]'],
  [/\?[^\s"'<>]+/g, '?[query]'],
  [/#[\w.~%-]{1,40}=[^\s"'<>]*/g, '#[fragment]'],
  // A NIR however it is spaced, and telephone numbers.
  [/(?<![\w.])\+?\d(?:[ .\-\u00a0\u202f]?[\dABab]){8,}(?![\w])/g, '[number]'],
  // Tokens, codes and keys: long runs without a word's shape.
  [/(?<![\w/.-])(?=[\w-]*\d)(?=[\w-]*[A-Z])[\w-]{32,}(?:\.[\w-]{8,})*/g, '[secret]'],
]

/** A stack is shorter; what is longer was written by somebody who wanted the rules to take their time. */
const longest = 8000

/** The text without e-mail addresses, long numbers, queries of URLs, tokens; cut at 8,000 characters. */
export const scrub = (text: string): string =>
  rules.reduce((left, [found, put]) => left.replace(found, put), text.slice(0, longest))
