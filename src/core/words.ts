/** Counting words of a text in any language: the same count while writing and when an entry is taken. */

/** Words in lower case. Scripts without spaces count two characters as a word. */
export function wordsOf(text: string): readonly string[] {
  const words: string[] = [];
  const pattern =
    /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Thai}]{1,2}|[\p{L}\p{M}\p{N}]+(?:['’-][\p{L}\p{M}\p{N}]+)*/gu;
  for (const [word] of text.matchAll(pattern)) if (/\p{L}/u.test(word)) words.push(word.toLowerCase());
  return words;
}
