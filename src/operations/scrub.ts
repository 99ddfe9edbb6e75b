/** Takes out of a text what might be somebody's: for messages of libraries, which quote what they were given. */

const rules: readonly (readonly [RegExp, string])[] = [
  [/[^\s<>"'@:;,()[\]]+@[^\s<>"'@:;,()[\]]+/g, '[e-mail]'],
  [/\b(https?:\/\/)[^\s/?#"'<>]*@/g, '$1'],
  [/(\b(?:https?:\/\/|\/)[^\s?#"'<>]*)[?#][^\s"'<>]*/g, '$1?[query]'],
  // A NIR however it is spaced, and telephone numbers.
  [/(?<![\w.])\+?\d(?:[ .\-\u00a0\u202f]?[\dABab]){8,}(?![\w])/g, '[number]'],
  // Tokens, codes and keys: long runs without a word's shape.
  [/(?<![\w/.-])(?=[\w-]*\d)(?=[\w-]*[A-Z])[\w-]{32,}(?:\.[\w-]{8,})*/g, '[secret]'],
]

/** The text without e-mail addresses, long numbers, queries of URLs, tokens. */
export const scrub = (text: string): string => rules.reduce((left, [found, put]) => left.replace(found, put), text)
