import { app } from '@azure/functions';
import { backup } from './handlers/backup.ts';

app.http('backup', {
  methods: ['POST'],
  authLevel: 'function',
  route: 'jobs/{job}/backup',
  handler: backup,
});
