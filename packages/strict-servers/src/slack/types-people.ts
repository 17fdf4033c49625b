import type { SlackAwaitOptions, SlackWanted } from './types.js';

/** Who somebody is. All but the name is made up where it is not given. */
export interface SlackPersonDetails {
  /** The handle: Slack's `name`. */
  readonly name: string;
  readonly id?: string;
  /** By default the name at `example.com`; empty: none. */
  readonly email?: string;
  readonly realName?: string;
  /** What they call themselves; they can change it at will. */
  readonly displayName?: string;
  readonly firstName?: string;
  /** IANA, such as `Europe/Berlin`. By default `America/Los_Angeles`, as in Slack. */
  readonly timeZone?: string;
  /** BCP 47, such as `en-GB`. By default `en-US`. */
  readonly locale?: string;
  readonly deactivated?: boolean;
  /** A guest of several channels (`is_restricted`). */
  readonly restricted?: boolean;
  /** A guest of one channel (`is_ultra_restricted`). */
  readonly ultraRestricted?: boolean;
  readonly bot?: boolean;
  readonly appUser?: boolean;
  /** Of another workspace or organisation, met by Slack Connect (`is_stranger`). */
  readonly teamId?: string;
}

/** What somebody has sent: under way when you have it. */
export interface SlackSent {
  /** The message's `ts`; empty where it is no message. */
  readonly id: string;
  /** The event's id; empty where the app has not subscribed to it, and nothing is sent. */
  readonly eventId: string;
  /** Resolves when the app has acknowledged it, at once where nothing is sent. Rejects when Slack gives it up. */
  readonly acknowledged: Promise<void>;
}

/** A message, or a Home tab, as its reader sees it. */
export interface SlackMessage {
  /** The message's `ts`; of a Home tab the view's id. */
  readonly id: string;
  readonly place: 'message' | 'home';
  /** The channel's id; of a Home tab the person's. */
  readonly channel: string;
  /** The user id of who wrote it. */
  readonly author: string;
  /** Blocks where there are any, else the text; markup applied, escapes undone, quotes begin with `> `. */
  readonly text: string;
  /** What a notification, or a screen reader, says. */
  readonly notification: string;
  /** Labels of the buttons below it, in order. */
  readonly buttons: readonly string[];
  /** Where one gets by clicking, `mailto:` included, and what Slack makes clickable by itself. */
  readonly links: readonly string[];
  /** Whom it calls, shown or in the notification: `@U…`, `#C…`, `!channel`, `!here`, `!everyone`, `!subteam^S…`. */
  readonly mentions: readonly string[];
  /** Links in it would be shown with a preview. */
  readonly unfurls: boolean;
  readonly edited: boolean;
  /** The parent's id, where it is a reply in a thread. */
  readonly thread?: string;
  /** Ms since the epoch, UTC. */
  readonly sentAt: number;
  /** As the app sent it. */
  readonly raw: { readonly text: string; readonly blocks: readonly unknown[] };
}

/** A press on a button: under way when you have it. */
export interface SlackPress {
  readonly triggerId: string;
  /** Resolves when the app has acknowledged it; rejects with the error on the person's screen when it did not in time. */
  readonly acknowledged: Promise<void>;
  /** The dialog that the app opens for it. Rejects when none has come while the trigger was good. */
  readonly dialog: Promise<SlackDialog>;
}

export interface SlackDialogInput {
  readonly label: string;
  readonly blockId: string;
  readonly actionId: string;
  readonly multiline: boolean;
  readonly optional: boolean;
  readonly placeholder: string;
  readonly hint: string;
  /** What it is filled with. */
  readonly initial: string;
  readonly maxLength: number;
}

/** A dialog (modal) on a person's screen. */
export interface SlackDialog {
  readonly id: string;
  readonly title: string;
  /** Label of the button that submits; empty where there is none. */
  readonly submit: string;
  /** Label of the button that closes. */
  readonly close: string;
  /** What it says above its inputs, rendered as in a message. */
  readonly text: string;
  readonly links: readonly string[];
  readonly mentions: readonly string[];
  readonly inputs: readonly SlackDialogInput[];
  /** As the app sent it. */
  readonly raw: Readonly<Record<string, unknown>>;
  /** Whether it is on the screen still. */
  isOpen(): boolean;
  /**
   * Fills in and submits: one text for the only input, or texts by label, block id or action id. Resolves with what came
   * of it; rejects with the error on the person's screen when the app did not acknowledge in time. Throws an Error where
   * Slack's own client would not send it: a required input left empty, a text too short or too long, or no dialog any more.
   */
  submits(values?: string | Readonly<Record<string, string>>): Promise<SlackSubmission>;
  /** Closes it; the app hears of it only if it asked to (`notify_on_close`). */
  closes(): Promise<void>;
}

export interface SlackSubmission {
  /** The dialog is gone. */
  readonly closed: boolean;
  /** What the app says is wrong, by block id; the dialog is open still. */
  readonly errors: Readonly<Record<string, string>>;
  /** The dialog that the app shows instead (`update` or `push`). */
  readonly next?: SlackDialog;
}

/** A press with values of one's own, as from a modified client. What is not given is made up, and looks right. */
export interface SlackForgedPress {
  readonly value?: string;
  readonly actionId?: string;
  readonly blockId?: string;
  /** The `ts` of the message it claims to be on. */
  readonly messageId?: string;
  readonly channel?: string;
  /** Blocks that the message claims to have. */
  readonly blocks?: readonly unknown[];
  readonly text?: string;
}

/** Somebody in the workspace, who does what people do. */
export interface SlackPerson {
  readonly id: string;
  readonly name: string;
  readonly email: string | undefined;
  /** The channel id of their direct messages with the bot: opened if it is not. */
  dm(): string;
  /** What the app wrote to them in direct messages, oldest first, each in its latest version. */
  reads(): readonly SlackMessage[];
  /** Resolves with the first message of the app to them that fits, also one that is there already. Rejects after a while, and says what there is. */
  awaits(wanted: SlackWanted, options?: SlackAwaitOptions): Promise<SlackMessage>;
  /** Types to the bot. The app gets it as Slack sends it: `&`, `<`, `>` escaped, addresses as `<https://…>` and `<mailto:…|…>`. */
  types(text: string): SlackSent;
  /** Types in the thread of a message. */
  replies(message: SlackMessage | SlackSent, text: string): SlackSent;
  /** Edits what they typed: the app gets `message_changed`. */
  edits(message: SlackSent, text: string): SlackSent;
  /** Takes back what they typed: the app gets `message_deleted`. */
  deletes(message: SlackSent): SlackSent;
  /** Says something in a channel, by id or name; the app gets it only with `message.channels` or `message.groups` among its events. */
  says(channel: string, text: string): SlackSent;
  /** Presses the button of that label, also one that only their own screen still shows. Throws an Error that lists what there was. */
  presses(message: SlackMessage, label: string): SlackPress;
  sendsPress(press: SlackForgedPress): SlackPress;
  /** Opens the app's Home tab. */
  opensHome(): SlackSent;
  /** What that tab shows; `undefined` until the app publishes something. */
  home(): SlackMessage | undefined;
  /** Resolves when the Home tab is as wanted. */
  awaitsHome(wanted: SlackWanted, options?: { readonly timeoutMs?: number }): Promise<SlackMessage>;
  /** Opens the app's Messages tab: another `app_home_opened`, which is not about the Home tab. */
  opensMessages(): SlackSent;
  /** Something in their profile changes, by them or by an administrator: the app gets `user_change`. */
  changes(details: Partial<Omit<SlackPersonDetails, 'id'>>): SlackSent;
}
