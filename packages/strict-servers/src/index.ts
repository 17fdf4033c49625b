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
