import { checkDuo } from '@securitybot/auth-duo';
import { checkSlack, createSlackClients } from '@securitybot/chat-slack';
import type { Environment } from '../environment.js';
import { duoOptions } from '../plugins.js';
import type { Finding } from './finding.js';

/** The chat that the environment names: its tokens, and the reporting channel. */
export async function checkChat({ slack, reportingChannel }: Environment): Promise<Finding[]> {
  const check = 'chat';
  if (!slack) {
    const text = `the terminal, a demo: it knows only whoever sits there, and shows reports as lines of ${reportingChannel}`;
    return [{ check, level: 'warn', text }];
  }
  const { web, app } = createSlackClients({ ...slack, connections: 0 });
  const problems = await checkSlack({ web, app, reportingChannel });
  if (problems.length > 0) return problems.map(({ message }): Finding => ({ check, level: 'fail', text: message }));
  return [{ check, level: 'ok', text: `Slack takes both tokens, and the bot is in ${reportingChannel}` }];
}

/** The second factor that the environment names: whether its provider takes the keys. */
export async function checkAuth({ duo }: Environment): Promise<Finding[]> {
  const check = 'auth';
  if (!duo) {
    const text = 'the demo factor: whoever types "approve" is believed, so it proves nothing';
    return [{ check, level: 'warn', text }];
  }
  const findings = await checkDuo(await duoOptions(duo));
  return findings.map(({ level, text }) => ({ check, level, text: `Duo: ${text}` }));
}
