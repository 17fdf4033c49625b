import { taskerHarness } from '../proof/tasker.js';
import { testTasker } from './tasker/rules.js';

testTasker({ name: 'the memory tasker', create: taskerHarness });
