import { generateSecret, generateURI } from 'otplib';
import { readSecrets, writeSecrets } from './secrets.ts';

/** Gives an account a secret, and prints what an authenticator app takes: as it is, or as a QR code. */
const [, , account] = process.argv;
if (!account) throw new Error('Whom? node src/enrol.ts ann');
const secret = generateSecret();
writeSecrets(new Map([...readSecrets(), [account, secret]]));
console.log(generateURI({ issuer: 'Securitybot', label: account, secret }));
