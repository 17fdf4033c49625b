import { createRoute, z } from '@hono/zod-openapi';
import type { Needs } from '../access/roles.js';
import { AlertId, AlertPage, AlertQuery, AlertStory, MOST_ALERTS, NewAlerts, Raised, RaisedMany } from './alerts.js';
import { AuditPage, AuditQuery } from './audit.js';
import { DemoAnswer, DemoLine, DemoState } from './demo.js';
import { Changed, Mute, MuteKey, MuteQuery, NewOptOut, OptOut, OptOutKey, OptOutQuery } from './people.js';
import { ANY_PROBLEM, BODY_PROBLEM, NOT_FOUND } from './problem.js';
import { Session, SignIn } from './session.js';
import { Stats, StatsQuery } from './stats.js';
import { FORMATS, NEXT } from './values.js';

const SIGNED_IN = [{ token: [] }, { session: [] }] as { [scheme: string]: string[] }[];
const needs = (what: Needs) => ({ security: what === 'anybody' ? [] : SIGNED_IN, 'x-needs': what }) as const;
const [ANYBODY, ONE_SIGNED_IN] = [needs('anybody'), needs('signed-in')];
const [READ, RAISE, CHANGE] = [needs('read'), needs('raise'), needs('change')];

const json = <S extends z.ZodType>(schema: S, description: string) => ({
  content: { 'application/json': { schema } },
  description,
});
const body = <S extends z.ZodType>(schema: S) => ({ content: { 'application/json': { schema } }, required: true });

export const listAlerts = createRoute({
  ...READ,
  method: 'get',
  path: '/api/alerts',
  summary: 'List alerts, page by page',
  description:
    'Where there are more, the header `Link: <…>; rel="next"` (RFC 8288) says where they are, in every format. A file of a `limit` above 1,000 is sent while it is read, and has no such header: with as many rows as its limit, it may be cut.',
  request: { query: AlertQuery },
  responses: {
    200: {
      content: { 'application/json': { schema: AlertPage }, ...FORMATS },
      description: 'The alerts',
      headers: NEXT,
    },
    ...ANY_PROBLEM,
  },
});

export const readAlert = createRoute({
  ...READ,
  method: 'get',
  path: '/api/alerts/{id}',
  summary: 'One alert, and its story',
  request: { params: AlertId },
  responses: { 200: json(AlertStory, 'The alert'), ...NOT_FOUND, ...ANY_PROBLEM },
});

export const raiseAlerts = createRoute({
  ...RAISE,
  method: 'post',
  path: '/api/alerts',
  summary: 'Raise an alert, or many',
  description: `One alert is answered with 201 where it is new, and 200 where it was known. A list of up to ${MOST_ALERTS} is answered with 200, and each of its alerts for itself. To send the same again changes nothing, where each has an \`id\` or an \`event_time\`.`,
  request: { body: body(NewAlerts) },
  responses: {
    200: json(z.union([Raised, RaisedMany]), 'It was known; or the answers to a list'),
    201: json(Raised, 'It is new'),
    ...BODY_PROBLEM,
    ...ANY_PROBLEM,
  },
});

export const listMutes = createRoute({
  ...READ,
  method: 'get',
  path: '/api/ignored',
  summary: 'List the mutes in force, or all of them',
  request: { query: MuteQuery },
  responses: {
    200: {
      content: { 'application/json': { schema: z.object({ ignored: z.array(Mute) }) }, ...FORMATS },
      description: 'The mutes',
    },
    ...ANY_PROBLEM,
  },
});

export const removeMute = createRoute({
  ...CHANGE,
  method: 'delete',
  path: '/api/ignored',
  summary: 'End a mute',
  request: { query: MuteKey },
  responses: { 200: json(Changed, 'There is no such mute any more'), ...ANY_PROBLEM },
});

export const listOptOuts = createRoute({
  ...READ,
  method: 'get',
  path: '/api/blacklist',
  summary: 'List who is not written to',
  request: { query: OptOutQuery },
  responses: {
    200: {
      content: { 'application/json': { schema: z.object({ blacklist: z.array(OptOut) }) }, ...FORMATS },
      description: 'The opt-outs',
    },
    ...ANY_PROBLEM,
  },
});

export const putOptOut = createRoute({
  ...CHANGE,
  method: 'put',
  path: '/api/blacklist',
  summary: 'Put a login on the blacklist',
  request: { body: body(NewOptOut) },
  responses: { 200: json(Changed, 'It is on the blacklist'), ...BODY_PROBLEM, ...ANY_PROBLEM },
});

export const removeOptOut = createRoute({
  ...CHANGE,
  method: 'delete',
  path: '/api/blacklist',
  summary: 'Take a login off the blacklist',
  request: { query: OptOutKey },
  responses: { 200: json(Changed, 'It is not on the blacklist any more'), ...ANY_PROBLEM },
});

export const readStats = createRoute({
  ...READ,
  method: 'get',
  path: '/api/stats',
  summary: 'Figures about alerts, answers, titles and people',
  request: { query: StatsQuery },
  responses: { 200: json(Stats, 'The figures'), ...ANY_PROBLEM },
});

export const followEvents = createRoute({
  ...READ,
  method: 'get',
  path: '/api/events',
  summary: 'What changes, as it happens',
  description:
    'Server-sent events. `alert`: an alert is new or has changed; its data is that alert. `many`: more has changed than is told; list anew. An `id` sent back as `Last-Event-ID` goes on there: that event is not sent again, but what changed up to 10 s before it may be. Any other `Last-Event-ID` is as none: only what changes from now on is told.',
  responses: {
    200: { content: { 'text/event-stream': { schema: z.string() } }, description: 'Events, without end' },
    ...ANY_PROBLEM,
  },
});

export const listAudit = createRoute({
  ...CHANGE,
  method: 'get',
  path: '/api/audit',
  summary: 'Who has changed what, the newest first',
  request: { query: AuditQuery },
  responses: { 200: { ...json(AuditPage, 'The entries'), headers: NEXT }, ...ANY_PROBLEM },
});

export const followDemo = createRoute({
  ...CHANGE,
  method: 'get',
  path: '/api/demo',
  summary: 'What the demo room shows, as it changes',
  description:
    'Only where the chat is the terminal and the second factor the demo, and only for a session. Server-sent events `state`: the whole room, as `DemoState`.',
  responses: {
    200: { content: { 'text/event-stream': { schema: DemoState } }, description: 'Events, without end' },
    ...NOT_FOUND,
    ...ANY_PROBLEM,
  },
});

export const sayInDemo = createRoute({
  ...CHANGE,
  method: 'post',
  path: '/api/demo/chat',
  summary: 'Say something in the demo room, as the person at the terminal',
  request: { body: body(DemoLine) },
  responses: { 200: json(Changed, 'It was said'), ...BODY_PROBLEM, ...NOT_FOUND, ...ANY_PROBLEM },
});

export const answerInDemo = createRoute({
  ...CHANGE,
  method: 'post',
  path: '/api/demo/phone',
  summary: 'Answer a push of the pretend phone',
  request: { body: body(DemoAnswer) },
  responses: {
    200: json(Changed, 'The push is answered; or, unchanged, it was over'),
    ...BODY_PROBLEM,
    ...NOT_FOUND,
    ...ANY_PROBLEM,
  },
});

export const readSession = createRoute({
  ...ANYBODY,
  method: 'get',
  path: '/api/session',
  summary: 'Who is signed in',
  responses: { 200: json(Session, 'Who is signed in, if anybody'), ...ANY_PROBLEM },
});

export const signIn = createRoute({
  ...ANYBODY,
  method: 'post',
  path: '/api/session',
  summary: 'Sign in with the code of a sign-in link',
  request: { body: body(SignIn) },
  responses: { 200: json(Session, 'Signed in'), ...BODY_PROBLEM, ...ANY_PROBLEM },
});

export const signOut = createRoute({
  ...ONE_SIGNED_IN,
  method: 'delete',
  path: '/api/session',
  summary: 'Sign out',
  description: 'Ends the session whose cookie is sent; a token goes on until it is revoked.',
  responses: { 200: json(Session, 'Signed out'), ...ANY_PROBLEM },
});
