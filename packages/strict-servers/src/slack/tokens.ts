import type { Settings } from './settings.js';
import type { SlackCall } from './types.js';

/** The two tokens of the app, and what they are good for. */
export interface Tokens {
  which(token: string | undefined): SlackCall['token'];
  /** Why it is refused, if it is. */
  refused(token: 'bot' | 'app'): string | undefined;
  scopes(token: 'bot' | 'app'): readonly string[];
  has(scope: string): boolean;
  revoke(token: 'bot' | 'app', error: string): void;
  restore(token: 'bot' | 'app'): void;
  addScope(scope: string): void;
  removeScope(scope: string): void;
}

export function createTokens(settings: Settings): Tokens {
  const scopes = { bot: new Set(settings.scopes), app: new Set(settings.appScopes) };
  const refusals = new Map<string, string>();
  return {
    which(token) {
      if (token === undefined) return 'none';
      if (token === settings.botToken) return 'bot';
      return token === settings.appToken ? 'app' : 'unknown';
    },
    refused: (token) => refusals.get(token),
    scopes: (token) => [...scopes[token]],
    has: (scope) => scopes.bot.has(scope),
    revoke(token, error) {
      refusals.set(token, error);
    },
    restore(token) {
      refusals.delete(token);
    },
    addScope(scope) {
      // `connections:write` is the one scope of app-level tokens that matters here.
      scopes[scope === 'connections:write' ? 'app' : 'bot'].add(scope);
    },
    removeScope(scope) {
      scopes.bot.delete(scope);
      scopes.app.delete(scope);
    },
  };
}
