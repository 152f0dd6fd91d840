import { app } from '@azure/functions';
import { keepMemoryFlat } from '../lib/flat-memory.ts';
import { tick } from './handlers/tick.ts';

keepMemoryFlat();

app.timer('tick', { schedule: '%SHAREPAIR_TICK%', handler: tick });
