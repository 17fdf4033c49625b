/** What `challenge` gives and `check` reads, in any process. No token says that somebody approved: only Duo does. */
export type Token =
  /** A push that Duo knows by `txid`, sent at that time: ms since the epoch, UTC. */
  | { readonly txid: string; readonly sentAt: number }
  /** No push went out, as Duo would not have asked for a factor. */
  | { readonly result: 'bypassed' | 'locked-out' };

/** Duo's are UUIDs; whatever it gives must come back to it unchanged. */
export function isTxid(txid: unknown): txid is string {
  return typeof txid === 'string' && /^[\x21-\x7e]{1,200}$/.test(txid);
}

export function writeToken(token: Token): string {
  return 'txid' in token ? `${token.sentAt}.${token.txid}` : token.result;
}

/** `undefined` for what is no token. */
export function readToken(text: string): Token | undefined {
  if (text === 'bypassed' || text === 'locked-out') return { result: text };
  const [, digits, txid] = /^(\d{1,15})\.([\x21-\x7e]{1,200})$/.exec(text) ?? [];
  return digits === undefined || txid === undefined ? undefined : { txid, sentAt: Number(digits) };
}
