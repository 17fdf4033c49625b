export { createToken, listTokens, revokeToken, type Token } from './access/tokens.js';
export { createSignInLink, type Frontend, firstLink, startFrontend } from './frontend.js';
