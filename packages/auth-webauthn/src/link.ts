/** What a kind of link can do; each is told the secret's hash. */
export interface LinkKind {
  /** The page, without using the link up: whoever previews links would. `undefined`: not, or no longer, good. */
  page(secret: Buffer): Promise<string | undefined>;
  /** What a POST to an action below the link does. `undefined`: there is no such action. */
  act(secret: Buffer, action: string, json: unknown): Promise<Response | undefined>;
}
