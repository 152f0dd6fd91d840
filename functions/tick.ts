import { app } from '@azure/functions';
import { tick } from './handlers/tick.ts';

app.timer('tick', { schedule: '%SHAREPAIR_TICK%', handler: tick });
