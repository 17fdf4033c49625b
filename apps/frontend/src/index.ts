export { createToken, listTokens, newTokenId, revokeToken, type Token } from './access/tokens.js';
export { createSignInLink, type Frontend, firstLink, startFrontend } from './frontend.js';
