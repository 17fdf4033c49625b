/** Texts that people, detectors and attackers send, and that must come through as they are; each of one line. */
export const HOSTILE_TEXTS: readonly string[] = [
  `quotes ' " \` “ ” and a backslash \\ \\n \\u0000`,
  `'; DROP TABLE alerts; --`,
  'per cent % underscore _ question mark ? dollar $1 :name {name} {{name}}',
  '<script>alert(1)</script> &amp; &lt;b&gt;',
  'emoji 👩‍💻, combining é, Ελληνικά, עברית, 漢字',
  '__proto__ constructor toString',
  '{"json": [null, true]}',
];

/** Mentions, links and formatting, in the markup of one chat or another. */
export const MARKUP_TEXTS: readonly string[] = [
  '<!channel> <!here> @channel @here @everyone',
  '<@U-ANN> <@U024BE7LH> <#C024BE7LR>',
  '<https://evil.example|https://good.example>',
  '[https://good.example](https://evil.example)',
  '*not bold* _not italic_ ~not struck~ **nor this**',
  '<b>not bold</b> &lt;b&gt; &amp;',
  '> not a quote',
];

/** Control characters, an escape sequence of terminals, a bidirectional override, a lone surrogate. */
export const CONTROL_TEXT = 'nul \u0000 bell \u0007 escape \u001b[31mred\u001b[0m bidi \u202e lone \ud800 end';
