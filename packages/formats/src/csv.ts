import { cleanText } from '@securitybot/core';
import { stringify } from 'csv-stringify/sync';
import { type Cell, textOf } from './cell.js';

// What spreadsheets take for the beginning of a formula, also after blanks and in full width:
// https://owasp.org/www-community/attacks/CSV_Injection
const FORMULA = /^\s*[=+\-@＝＋－＠]|^[\t\r\n]/u;

/** A cell as text that nothing obeys: without control and bidirectional characters, and never a formula. */
function safe(cell: Cell): string {
  const text = textOf(cell);
  const clean = cleanText(text);
  return typeof cell === 'string' && (FORMULA.test(text) || FORMULA.test(clean)) ? `'${clean}` : clean;
}

/** One record by RFC 4180, with its line end. */
export function csvRecord(cells: readonly Cell[]): string {
  // By itself, it quotes line ends of its own kind only.
  return stringify([cells.map(safe)], { record_delimiter: 'windows', quoted_match: /[\r\n]/ });
}
