import { writeFileSync } from 'node:fs';
import { temporaryFile } from './temporary.js';

/** Writes a bot.yaml, which is gone when the test is over. @returns its path. */
export function writeConfig(yaml: string): string {
  const path = temporaryFile('bot.yaml');
  writeFileSync(path, yaml);
  return path;
}

const DAYS = ['sun', 'mon', 'tue', 'wed', 'thu', 'fri', 'sat'];

/** Working hours, of a bot.yaml, within or outside of which it is now. */
export function hoursNow(when: 'at work' | 'by night' | 'on a free day'): string {
  const now = new Date();
  const today = DAYS[now.getUTCDay()];
  const days = when === 'on a free day' ? DAYS.filter((day) => day !== today) : DAYS;
  const others = now.getUTCHours() < 12 ? ['13:00', '23:00'] : ['01:00', '11:00'];
  const [start, end] = when === 'by night' ? others : ['00:00', '24:00'];
  return `hours:\n  start: ${start}\n  end: ${end}\n  days: [${days.join(', ')}]\n  zone: UTC\n`;
}
