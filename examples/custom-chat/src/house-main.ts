import { createInterface } from 'node:readline';
import { createHouse } from './house.ts';

/** The house with ann in it: what she types goes to the bot, what she and the security team read is shown. */
const house = createHouse(['security'], ({ to, text }) => console.log(`${to === '1' ? 'to ann' : `#${to}`}: ${text}`));
house.add({ id: '1', login: 'ann', firstName: 'Ann', email: 'ann@example.com', active: true });

const { url, close } = await house.open(Number(process.env.HOUSE_PORT ?? 8899));
console.log(`The house is at ${url}; type as ann.`);
for await (const line of createInterface({ input: process.stdin })) house.say('1', line);
close();
