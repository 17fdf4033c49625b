/** One line of a file; `text` is undefined where it is longer than allowed: it was not kept. */
export interface Line {
  /** Counts from 1. */
  readonly number: number;
  readonly text: string | undefined;
}

/**
 * The lines of UTF-8 bytes, without their ends, a byte order mark dropped; the last one also where no line feed closes it. What is not
 * UTF-8 becomes U+FFFD.
 * @param max what is kept of a line, in UTF-16 code units.
 */
export async function* linesOf(input: AsyncIterable<Uint8Array | string>, max: number): AsyncGenerator<Line> {
  const decoder = new TextDecoder();
  let number = 0;
  let text = '';
  const finish = (): Line => {
    number += 1;
    const line = text.endsWith('\r') ? text.slice(0, -1) : text;
    text = '';
    return { number, text: line.length > max ? undefined : line };
  };
  for await (const chunk of input) {
    const [first = '', ...others] = (typeof chunk === 'string' ? chunk : decoder.decode(chunk, { stream: true })).split(
      '\n',
    );
    if (text.length <= max) text += first;
    for (const next of others) {
      yield finish();
      text = next;
    }
  }
  text += decoder.decode();
  if (text !== '') yield finish();
}
