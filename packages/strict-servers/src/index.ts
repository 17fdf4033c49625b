export { createDuoServer } from './duo/server.js';
export type { DuoCall, DuoServer, DuoServerOptions, DuoTimes, DuoViolation } from './duo/types.js';
export type { DuoBadAnswer, DuoCertificate, DuoFaultScope, DuoFaults } from './duo/types-faults.js';
export type { DuoDeviceDetails, DuoPrompt, DuoUser, DuoUserDetails, DuoUserStatus } from './duo/types-people.js';
export { createSlackServer } from './slack/server.js';
export { LEAST_SCOPES } from './slack/settings.js';
export type {
  SlackAwaitOptions,
  SlackCall,
  SlackChannel,
  SlackChannelDetails,
  SlackConnection,
  SlackDelivery,
  SlackLimits,
  SlackServer,
  SlackServerOptions,
  SlackTeam,
  SlackTimes,
  SlackViolation,
  SlackWanted,
} from './slack/types.js';
export type { SlackBadAnswer, SlackFaultScope, SlackFaults } from './slack/types-faults.js';
export type {
  SlackDialog,
  SlackDialogInput,
  SlackForgedPress,
  SlackMessage,
  SlackPerson,
  SlackPersonDetails,
  SlackPress,
  SlackSent,
  SlackSubmission,
} from './slack/types-people.js';
export { createZulipServer } from './zulip/server.js';
export type {
  ZulipAwaitOptions,
  ZulipCall,
  ZulipServer,
  ZulipServerOptions,
  ZulipTimes,
  ZulipViolation,
  ZulipWanted,
} from './zulip/types.js';
export type { ZulipBadAnswer, ZulipFaultScope, ZulipFaults } from './zulip/types-faults.js';
export type {
  ZulipChannel,
  ZulipChannelDetails,
  ZulipMessage,
  ZulipPerson,
  ZulipPersonDetails,
  ZulipSent,
} from './zulip/types-people.js';
