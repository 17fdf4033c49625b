import { type ChatHarness, testChat } from '@securitybot/testing';
import { createHouseChat } from './chat.ts';
import { createHouse } from './house.ts';

const STATUS = { BAD_CREDENTIALS: 401, RATE_LIMITED: 429, REJECTED: 400, UNAVAILABLE: 503 };
const person = (id: string, login: string, active = true) => ({
  id,
  login,
  firstName: login,
  email: `${login}@example.com`,
  active,
});

async function create(): Promise<ChatHarness> {
  const house = createHouse(['security']);
  const people = [
    person('1', 'ann'),
    person('2', 'bob'),
    person('3', 'twin'),
    person('4', 'twin'),
    person('5', 'gone', false),
  ];
  for (const one of people) house.add(one);
  let connection = await house.open();
  const connect = () => createHouseChat({ url: connection.url, token: house.token });
  const chats = [connect()];
  const asRead = (to: string) =>
    house.read(to).map(({ id, text }) => ({ id, text, choices: [], links: [], mentions: [] }));
  const [ann, bob] = people.map(({ id, login, email }) => ({ id, username: login, name: login, email }));
  if (!ann || !bob || !chats[0]) throw new Error('nobody is there');
  return {
    chat: chats[0],
    people: { ann, bob },
    roomName: 'security',
    say: house.say,
    messages: asRead,
    room: asRead,
    async restart() {
      connection.close(); // whatever the old process still does reaches nobody
      connection = await house.open();
      const next = connect();
      chats.push(next);
      return next;
    },
    async disconnect() {
      connection.close();
      connection = await house.open(Number(new URL(connection.url).port));
    },
    redeliver: house.redeliver,
    unacknowledged: house.unacknowledged,
    sayAsStranger: (text) => house.say(undefined, text),
    rename: (id, login) => house.add(person(id, login)),
    fail: (code) => house.refuse(STATUS[code]),
    mend: () => house.refuse(undefined),
    ambiguous: [{ username: 'twin' }],
    ineligible: [{ id: '5' }, { username: 'gone' }],
    nowhere: [{ user: '5' }, { user: 'nobody' }, { room: 'nowhere' }],
    async close() {
      connection.close();
      for (const chat of chats) void chat.stop();
    },
  };
}

testChat({ name: 'the house', create });
