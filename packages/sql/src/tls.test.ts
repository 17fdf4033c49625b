import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, onTestFinished, test } from 'vitest';
import { openDatabase } from './database.js';
import { createAuthority, createCertificate, createTlsFront, type KeyPair } from './fixtures/tls-front.js';
import { forEachServer } from './testing.js';

const folder = mkdtempSync(join(tmpdir(), 'securitybot-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Writes PEM into a file. @returns its path. */
function file(name: string, pem: string): string {
  const path = join(folder, name);
  writeFileSync(path, pem);
  return path;
}

const ours = await createAuthority('ours');
const theirs = await createAuthority('theirs');
const ca = file('ca.pem', ours.cert);
const VERIFIED = { sslmode: 'verify-full', sslrootcert: ca };

await forEachServer(({ name, create }) => {
  /** The URL of a server with that certificate. */
  async function front(options: Readonly<Record<string, string>>, tls?: Parameters<typeof createTlsFront>[1]) {
    const url = new URL(await create());
    const { port, close } = await createTlsFront(url.href, tls);
    onTestFinished(close);
    url.port = String(port);
    url.hostname = 'localhost';
    for (const [option, value] of Object.entries(options)) url.searchParams.set(option, value);
    return url;
  }
  const serverOf = (authority: KeyPair, host: string) => createCertificate(authority, host);

  async function refusalOf(url: URL): Promise<string> {
    const refusal = await openDatabase(url.href).then(
      (database) => database.close().then(() => 'it was opened'),
      (error: unknown) => error,
    );
    expect(refusal).toMatchObject({ code: 'BAD_CREDENTIALS' });
    return String(refusal);
  }

  test('a server whose certificate is of our authority, for its name, is spoken to', async () => {
    const url = await front(VERIFIED, await serverOf(ours, 'localhost'));
    const database = await openDatabase(url.href);
    expect(await database.now()).toBeInstanceOf(Date);
    await database.write(async (trx) => trx.selectNoFrom((eb) => eb.lit(1).as('one')).execute());
    await database.close();
  });

  test('a certificate for another host is refused', async () => {
    const url = await front(VERIFIED, await serverOf(ours, 'db.example.com'));
    expect(await refusalOf(url)).toMatch(/does not match certificate's altnames.*db\.example\.com/);
  });

  test('a certificate of an authority that nobody named is refused', async () => {
    const certificate = await serverOf(theirs, 'localhost');
    expect(await refusalOf(await front(VERIFIED, certificate))).toMatch(/unable to (verify|get)/);
    expect(await refusalOf(await front({ sslmode: 'verify-full' }, certificate))).toMatch(/unable to (verify|get)/);
  });

  test('a server that speaks no TLS is refused', async () => {
    expect(await refusalOf(await front(VERIFIED))).toMatch(/not support (SSL|secure)/);
  });

  test('a server that wants to see a certificate is shown ours', async () => {
    const asks = { ...(await serverOf(ours, 'localhost')), ca: ours.cert, requestCert: true } as const;
    const { cert, key } = await createCertificate(ours, 'securitybot');
    const own = { sslcert: file(`${name}.pem`, cert), sslkey: file(`${name}.key`, key) };
    const database = await openDatabase((await front({ ...VERIFIED, ...own }, asks)).href);
    expect(await database.now()).toBeInstanceOf(Date);
    await database.close();

    const refusal = openDatabase((await front(VERIFIED, asks)).href);
    await expect(refusal).rejects.toThrow(/sql: opening/);
  });

  if (name === 'PostgreSQL')
    test('a server that is named by its address has to have that in its certificate', async () => {
      const url = await front(VERIFIED, await serverOf(ours, 'localhost'));
      url.hostname = '127.0.0.1';
      expect(await refusalOf(url)).toMatch(/IP: 127\.0\.0\.1 is not in the cert/);
    });
});
