import { generate } from 'selfsigned';
import type { DuoCertificate } from './types-faults.js';

/** A private key and the certificate for it, as PEM. */
export interface KeyPair {
  readonly key: string;
  readonly cert: string;
}

const HOUR = 3_600_000;
const EC = { keyType: 'ec', curve: 'P-256', algorithm: 'sha256' } as const;
const HERE = [
  { type: 2 as const, value: 'localhost' },
  { type: 7 as const, ip: '127.0.0.1' },
];
const ELSEWHERE = [{ type: 2 as const, value: 'api-00000000.duosecurity.example' }];

export async function createAuthority(): Promise<KeyPair> {
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'Strict Duo CA' }], {
    ...EC,
    extensions: [
      { name: 'basicConstraints', cA: true, critical: true },
      { name: 'keyUsage', keyCertSign: true, cRLSign: true, critical: true },
    ],
  });
  return { key, cert };
}

/** A certificate for the server, signed by the authority, or wrong as its kind says. */
export async function createCertificate(authority: KeyPair, kind: DuoCertificate): Promise<KeyPair> {
  const ca = kind === 'unknown-ca' ? await createAuthority() : authority;
  const now = Date.now();
  const { private: key, cert } = await generate([{ name: 'commonName', value: 'localhost' }], {
    ...EC,
    ca,
    notBeforeDate: new Date(now - 48 * HOUR),
    notAfterDate: new Date(kind === 'expired' ? now - 24 * HOUR : now + 365 * 24 * HOUR),
    extensions: [
      { name: 'basicConstraints', cA: false, critical: true },
      { name: 'keyUsage', digitalSignature: true, critical: true },
      { name: 'extKeyUsage', serverAuth: true },
      { name: 'subjectAltName', altNames: kind === 'wrong-host' ? ELSEWHERE : HERE },
    ],
  });
  return { key, cert };
}
