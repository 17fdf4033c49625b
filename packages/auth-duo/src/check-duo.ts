import { type Finding, isPluginError } from '@securitybot/core';
import { member } from './answer.js';
import { createClient } from './client.js';
import { type DuoAuthOptions, readOptions } from './options.js';
import { inWords } from './trouble.js';

/** From here on a clock is worth a word, in ms. Duo refuses requests of clocks that are minutes off. */
const WORTH_A_WORD = 60_000;

/**
 * Asks Duo whether these options will do, without asking anybody anything: for a start, and for a doctor. Rejects only when
 * the signal aborts. https://duo.com/docs/authapi#/ping, https://duo.com/docs/authapi#/check
 */
export async function checkDuo(
  options: DuoAuthOptions,
  signal: AbortSignal = new AbortController().signal,
): Promise<readonly Finding[]> {
  signal.throwIfAborted();
  const findings: Finding[] = [];
  try {
    const settings = readOptions(options);
    const { host, clock, timeoutMs } = settings;
    const client = createClient(settings);
    const ask = (path: string, more: { readonly unsigned?: true } = {}) =>
      client.ask({ method: 'GET', path, ...more }, signal, clock.now() + timeoutMs);

    const { response } = await ask('/auth/v2/ping', { unsigned: true });
    const time = member(response, 'time');
    const ahead = typeof time === 'number' ? clock.now() - time * 1000 : 0;
    await ask('/auth/v2/check');
    findings.push({ level: 'ok', text: `${host} is there, and accepts the keys` });
    if (Math.abs(ahead) > WORTH_A_WORD) {
      const text = `the clock of this machine is ${inWords(ahead)} Duo’s; set it, best by NTP: Duo refuses one that is too far off`;
      findings.push({ level: 'warn', text });
    }
  } catch (error) {
    signal.throwIfAborted();
    if (!isPluginError(error)) throw error;
    findings.push({ level: 'fail', code: error.code, text: error.message.replace(/^duo: /, '') });
  }
  return findings;
}
