/** The first word of a doc comment, on its first or its second line. */
const OPENING =
  /\/\*\*[ \t]*(?:\r?\n[ \t]*\*[ \t]*)?(What|Who|Whose|Whom|Whether|How|Why|Where)\b/g;

/** Words and phrases for which engineers have plainer ones. */
const UNUSUAL =
  /\b(?:nobody|somebody|anybody|whoever|whomever|whatever|stands|stood|for ever|comes? to be|came to be|comes? into being|lets? in|no more)\b/gi;

/** A doc comment that opens with a question word. */
export interface Opening {
  line: number;
  word: string;
}

/** The doc comments of a source that open with a question word. */
export function openingsIn(source: string): Opening[] {
  return Array.from(source.matchAll(OPENING), (match) => ({
    line: source.slice(0, match.index).split('\n').length,
    word: match[1] ?? '',
  }));
}

/** An added line with unusual words. */
export interface UnusualLine {
  file: string;
  line: number;
  words: string[];
}

/** The lines with unusual words that a unified diff without context adds. */
export function unusualWordsIn(diff: string): UnusualLine[] {
  const found: UnusualLine[] = [];
  let file = '';
  let line = 0;
  for (const text of diff.split('\n')) {
    const target = /^\+\+\+ (?:b\/)?(.+)$/.exec(text)?.[1];
    const start = /^@@ -\S+ \+(\d+)/.exec(text)?.[1];
    if (target !== undefined) {
      file = target;
    } else if (start !== undefined) {
      line = Number(start);
    } else if (text.startsWith('+')) {
      const words = text.match(UNUSUAL) ?? [];
      if (words.length > 0) {
        found.push({ file, line, words: [...new Set(words)] });
      }
      line += 1;
    }
  }
  return found;
}
