/** What the plugin itself says to people; all else comes from the bot's messages. */
export interface SlackWords {
  /** Over the dialog that asks for a reason; at most 24 characters. */
  readonly dialogTitle: string;
  /** What the dialog asks. */
  readonly dialogQuestion: string;
  /** The dialog's buttons; at most 24 characters each. */
  readonly dialogSubmit: string;
  readonly dialogCancel: string;
  /** The reason was blank. */
  readonly reasonMissing: string;
  /** The answer could not be saved; the dialog stays open. */
  readonly notSaved: string;
  /** The dialog could not be opened in the three seconds that Slack gives. */
  readonly dialogFailed: string;
}

export const defaultWords: SlackWords = {
  dialogTitle: 'Your answer',
  dialogQuestion: 'Please say a few words about it',
  dialogSubmit: 'Send',
  dialogCancel: 'Cancel',
  reasonMissing: 'Please say a few words.',
  notSaved: 'Your answer could not be saved just now. Please send it again in a moment.',
  dialogFailed:
    'Something took too long, and nothing was changed. Please press the button again, or type your answer here.',
};
