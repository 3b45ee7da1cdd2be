/** Counting words of a text in any language: the same count while writing and when an entry is taken. */

/** Words in lower case. Scripts without spaces count two characters as a word, the longer ones of South-East Asia four. */
export function wordsOf(text: string): readonly string[] {
  const words: string[] = [];
  const pattern =
    /[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}]{1,2}|[\p{Script=Thai}\p{Script=Lao}\p{Script=Khmer}\p{Script=Myanmar}]{1,4}|[\p{L}\p{M}\p{N}]+(?:['’-][\p{L}\p{M}\p{N}]+)*/gu;
  for (const [word] of text.normalize('NFC').matchAll(pattern))
    if (/\p{L}/u.test(word)) words.push(word.toLowerCase());
  return words;
}
