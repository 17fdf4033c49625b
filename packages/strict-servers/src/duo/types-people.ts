/** As in Duo's Admin Panel. https://duo.com/docs/adminapi#users */
export type DuoUserStatus = 'active' | 'bypass' | 'disabled' | 'locked out';

export interface DuoDeviceDetails {
  /** By default made up: `DP` and 18 letters and digits. */
  readonly id?: string;
  /** By default `phone`. */
  readonly type?: 'phone' | 'token';
  readonly name?: string;
  /** By default those of a smartphone: `auto`, `push`, `sms`, `phone`, `mobile_otp`. */
  readonly capabilities?: readonly string[];
}

/** Somebody's account. All but the username has a default. */
export interface DuoUserDetails {
  readonly username: string;
  /** Other names of the same account. */
  readonly aliases?: readonly string[];
  /** By default made up: `DU` and 18 letters and digits. */
  readonly userId?: string;
  /** By default `active`. */
  readonly status?: DuoUserStatus;
  /** By default one smartphone. None at all: not enrolled, and the policy for new users decides. */
  readonly devices?: readonly DuoDeviceDetails[];
  /**
   * What the application's policy says of them: `prompt` shows a factor; `allow` waves them through (a trusted network, a
   * remembered device); `deny` refuses. By default `prompt`.
   */
  readonly access?: 'prompt' | 'allow' | 'deny';
  /**
   * The policy wants a verified push: a client that supports it gets a code, which the person types into the phone. As in
   * Duo, a client that does not say that it does is given a push without.
   */
  readonly verifiedPush?: boolean;
}

/** A push, as its reader sees it. */
export interface DuoPrompt {
  /** The transaction's id. */
  readonly txid: string;
  /** The account it went to. */
  readonly username: string;
  /** The device it went to. */
  readonly device: string;
  /** What stands before "request"; `Login` where the client said nothing. */
  readonly type: string;
  /** What it calls the person; the username where the client said nothing. */
  readonly displayUsername: string;
  /** Its lines, decoded: label and text. */
  readonly info: readonly { readonly label: string; readonly text: string }[];
  /** The same, as the client sent it. */
  readonly pushinfo: string;
  /** It can be approved only by typing the code that the client was given. */
  readonly needsCode: boolean;
  /** Ms since the epoch, UTC. */
  readonly sentAt: number;
  readonly state: 'open' | 'approved' | 'denied' | 'fraud' | 'expired' | 'settled';
}

/** An account, and the person who holds its phone. */
export interface DuoUser {
  readonly username: string;
  readonly userId: string;
  /** What reached the phone so far, oldest first, answered or not, each as it stands. */
  prompts(): readonly DuoPrompt[];
  /** Resolves with the oldest push that is open, also one that is there already. Rejects after a while. */
  awaitsPrompt(options?: { readonly timeoutMs?: number }): Promise<DuoPrompt>;

  // Each of these is about the oldest push that is open, waits for one where there is none, and rejects after a while.

  /** Approves. Throws an Error where it needs a code: there is no such button then. */
  approves(): Promise<DuoPrompt>;
  denies(): Promise<DuoPrompt>;
  /** Denies, and says that they did not ask for it. */
  reportsFraud(): Promise<DuoPrompt>;
  /** Does not answer until it is over, which it is at once. */
  letsExpire(): Promise<DuoPrompt>;
  /** Types the code: the right one approves; a wrong one is asked for again, and the third ends it. */
  entersCode(code: string): Promise<DuoPrompt>;
  /** Ends it as you say, also with values that Duo does not have, or of the wrong type. */
  settles(result: unknown, status: unknown, message?: unknown): Promise<DuoPrompt>;

  /** The status in the Admin Panel, from now on. */
  becomes(status: DuoUserStatus): void;
  readonly status: DuoUserStatus;
  /** Anything else about them, from now on. */
  changes(details: Partial<Omit<DuoUserDetails, 'username' | 'aliases' | 'userId' | 'status'>>): void;
}
