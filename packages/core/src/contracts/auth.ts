/** Whether a challenge could be approved. `bypassed`: the provider would wave the person through without a factor, which proves nothing. */
export type Readiness =
  | { readonly ready: true }
  | { readonly ready: false; readonly reason: 'not-enrolled' | 'no-device' | 'locked-out' | 'bypassed' };

export interface ChallengeRequest {
  /** One prompt per id at the most, whatever happens: asked again with the same id, a plugin must not prompt again. */
  readonly id: string;
  /** The 2FA account, derived from the alert's login by configuration. */
  readonly subject: string;
  /** What the person is asked to approve; plain text, to be escaped and cut by the plugin. */
  readonly reason: string;
}

/** A prompt that is out. */
export interface Challenged {
  /** For `check`, usable in any process. */
  readonly token: string;
  /** Shown to the person in the chat, such as a verification code. */
  readonly hint?: string;
  /** A page where the person proves it, http or https, for them alone: shown in the chat as a link. Whoever has it must prove it all the same. */
  readonly url?: string;
}

/** Only `approved` is proof, and only where a factor was shown. Anything a plugin does not know is not approval. */
export type ChallengeResult = 'pending' | 'approved' | 'denied' | 'fraud' | 'expired' | 'locked-out' | 'bypassed';

/** How people prove that it is them. A call whose signal is aborted before it begins does nothing, and rejects. */
export interface Auth {
  readonly name: string;
  /** "Not enrolled" is a value; a PluginError means that the question could not be answered. Safe to repeat. */
  readiness(subject: string, signal: AbortSignal): Promise<Readiness>;
  /**
   * Prompts the person, once. Resolves as soon as the prompt is out. A PluginError with `notSent` (or `RATE_LIMITED`)
   * says that no prompt went out; without it, one may have.
   */
  challenge(request: ChallengeRequest, signal: AbortSignal): Promise<Challenged>;
  /** How the challenge stands; may wait for some seconds for a change, then says `pending`. Safe to repeat, in any process. */
  check(token: string, signal: AbortSignal): Promise<ChallengeResult>;
}
