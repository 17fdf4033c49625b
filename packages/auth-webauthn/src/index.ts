export { createWebauthnAuth } from './auth.js';
export { checkWebauthn } from './check-webauthn.js';
export { type EnrolmentLink, issueEnrolment, listPasskeys, type Passkey, removePasskey } from './enrolment.js';
export type { WebauthnOptions } from './options.js';
export { createWebauthnPages, type WebauthnPages } from './pages.js';
export { reportPasskeys } from './reports.js';
