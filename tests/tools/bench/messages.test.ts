import { messages } from '../../../tools/bench/cases/messages.ts';
import { smokeTest } from './smoke.ts';

smokeTest(messages);
