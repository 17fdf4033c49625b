import signing from '@duosecurity/duo_api/lib/duo_sig.js';
import { describe, expect, test } from 'vitest';
import { readAuthorization, readDate, signatureOf } from './signature.js';

const KEY = 'gtdfxv9YgVBYcF6dl2Eq17KUQJN2PLM2ODVTkvoT'; // an example of the vendor's documentation
const DATE = 'Tue, 21 Aug 2012 17:29:18 -0000';
const HOST = 'API-xxxxxxxx.duosecurity.com';

describe('what is signed here is what the vendor signs', () => {
  const samples: Readonly<Record<string, Readonly<Record<string, string>>>> = {
    nothing: {},
    plain: { username: 'root', realname: 'First Last' },
    'marks that encodeURIComponent leaves alone': { a: "!'()*", '!(': '~-_.' },
    'names in the order of code units': { foo_bar: '1', foo: '2', Foo: '3', 'foo-': '4', é: '5' },
    'all kinds of text': { name: '\u{1f680} 漢字 é\u0000 &=+%20', empty: '' },
  };

  test.each(Object.entries(samples))('version 2: %s', (_, parameters) => {
    const request = { date: DATE, method: 'POST', path: '/auth/v2/auth', parameters, body: '', headers: {} };
    const vendors = signing.sign('IKEY', KEY, 'post', HOST, '/auth/v2/auth', parameters, DATE);
    expect(readAuthorization(vendors)).toEqual({ key: 'IKEY', signature: signatureOf(2, KEY, HOST, request) });
  });

  test.each(Object.entries(samples))('version 5: %s', (_, parameters) => {
    const body = JSON.stringify(parameters);
    const post = { date: DATE, method: 'POST', path: '/auth/v2/auth', parameters, body, headers: {} };
    const vendors = signing.signV5('IKEY', KEY, 'POST', HOST, '/auth/v2/auth', {}, DATE, body);
    expect(readAuthorization(vendors)?.signature).toBe(signatureOf(5, KEY, HOST, post));
    const get = { date: DATE, method: 'GET', path: '/auth/v2/auth', parameters, body: '', headers: {} };
    const ofGet = signing.signV5('IKEY', KEY, 'GET', HOST, '/auth/v2/auth', parameters, DATE, '');
    expect(readAuthorization(ofGet)?.signature).toBe(signatureOf(5, KEY, HOST, get));
  });

  test('version 5 covers the headers that begin with X-Duo', () => {
    const request = { date: DATE, method: 'GET', path: '/', parameters: {}, body: '', headers: {} };
    const more = { ...request, headers: { 'x-duo-b': ' 2 ', 'x-duo-a': '1', 'x-other': '3' } };
    const same = { ...request, headers: { 'x-duo-a': '1', 'x-duo-b': '2' } };
    expect(signatureOf(5, KEY, HOST, more)).toBe(signatureOf(5, KEY, HOST, same));
    expect(signatureOf(5, KEY, HOST, more)).not.toBe(signatureOf(5, KEY, HOST, request));
  });
});

test('a date is one of RFC 2822, and nothing else', () => {
  const time = Date.UTC(2012, 7, 21, 17, 29, 18);
  for (const good of [DATE, 'Tue, 21 Aug 2012 17:29:18 GMT', '21 Aug 2012 19:29:18 +0200']) {
    expect(readDate(good)).toBe(time);
  }
  for (const bad of [undefined, '', '2012-08-21T17:29:18Z', '1345570158', 'Tue Aug 21 2012 17:29:18', `${DATE} x`]) {
    expect(readDate(bad)).toBeUndefined();
  }
});
