import { describe, expect, test } from 'vitest';
import { escapeText, typedText, unescapeText } from './markup.js';

describe('outgoing text', () => {
  test('exactly &, < and > are escaped, and come back as they were', () => {
    const text = `a & b < c > d "e" 'f' &amp; <!channel>`;
    expect(escapeText(text)).toBe(`a &amp; b &lt; c &gt; d "e" 'f' &amp;amp; &lt;!channel&gt;`);
    expect(unescapeText(escapeText(text))).toBe(text);
  });
});

describe('what a person typed, from what Slack makes of it', () => {
  test.each([
    ['yes &amp; no &lt;now&gt;', 'yes & no <now>'],
    ['&amp;lt;b&amp;gt;', '&lt;b&gt;'],
    ['<https://x.example/a?b=1&amp;c=2>', 'https://x.example/a?b=1&c=2'],
    ['see <http://x.example|x.example>, please', 'see x.example, please'],
    ['<https://x.example/|https://x.example>', 'https://x.example'],
    ['<mailto:ann@x.example|ann@x.example>', 'ann@x.example'],
    ['<mailto:ann@x.example>', 'ann@x.example'],
    ['<tel:+4930123|+49 30 123>', '+49 30 123 (tel:+4930123)'],
    ['<https://evil.example|https://good.example>', 'https://good.example (https://evil.example)'],
    ['<@U123>, <@U123|ann>', '@U123, @ann'],
    ['<#C123|general> <#C123>', '#general #C123'],
    ['<!channel> <!here> <!here|@here> <!everyone>', '@channel @here @here @everyone'],
    ['<!subteam^S1|@admins> <!subteam^S1>', '@admins @S1'],
    ['<!date^1392734382^{date}|18 February>', '18 February'],
    ['<>', ''],
    ['a > b', 'a > b'],
    ['a < b', 'a < b'],
  ])('%s', (sent, typed) => {
    expect(typedText(sent)).toBe(typed);
  });

  test('hundreds of thousands of brackets take no time worth naming', () => {
    const began = performance.now();
    typedText('<'.repeat(400_000));
    typedText('<a|'.repeat(100_000));
    typedText('&lt'.repeat(100_000));
    expect(performance.now() - began).toBeLessThan(1000);
  });
});
