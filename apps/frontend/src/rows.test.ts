import { expect, onTestFinished, test } from 'vitest';
import { fileOf } from './rows.js';
import { listen } from './server.js';

const COLUMNS = [{ name: 'n', value: ({ n }: { readonly n: number }) => n }];

/** So many rows, and then a failure. */
async function* rowsThenFailure(count: number) {
  for (let n = 0; n < count; n += 1) yield { n };
  throw new Error('the secret of a driver');
}

async function serve(count: number) {
  const errors: unknown[] = [];
  const options = { format: 'csv', name: 'file', onError: (error: unknown) => errors.push(error) } as const;
  const answer = () => fileOf(options, COLUMNS, rowsThenFailure(count));
  const { port, close } = await listen({ fetch: answer }, { host: '127.0.0.1', port: 0 });
  onTestFinished(close);
  return { url: `http://127.0.0.1:${port}/`, errors, answer };
}

test('what fails before the first row is thrown', async () => {
  await expect((await serve(0)).answer()).rejects.toThrow('the secret of a driver');
});

test.each([1, 1500, 100_000])(
  'a file that breaks off after %i rows is not taken for whole, and says nothing of why',
  async (count) => {
    const { url, errors } = await serve(count);
    const got = await fetch(url)
      .then(
        async (response) => ({ status: response.status, text: await response.text() }),
        (error: unknown) => ({ status: 0, text: String(error) }),
      )
      .catch((error: unknown) => ({ status: 0, text: String(error) }));
    expect(got.status).not.toBe(200);
    expect(got.text).not.toContain('secret');
    expect(errors.map(String)).toEqual(['Error: the secret of a driver']);
  },
);
