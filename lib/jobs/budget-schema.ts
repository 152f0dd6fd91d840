import { settings, wholeNumber } from './schema-parts.ts';

/** A share takes 200 snapshots (storage-files-scale-targets); a few are left to those who make one by hand. */
export const DEFAULT_SNAPSHOTS = 180;

export const budgetSchema = settings(
  {
    snapshots: wholeNumber(
      2,
      200,
      'The most snapshots that each of the two shares may have for a run to add its own. Those of everybody count.',
    ).default(DEFAULT_SNAPSHOTS),
  },
  'How many of the 200 snapshots that a share may have the job uses up together with everybody else.',
);
