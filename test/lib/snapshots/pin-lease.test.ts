import { describe, expect, it } from 'vitest';
import { pinLeaseId } from '../../../lib/snapshots/pin-lease.ts';

const RUN = '20261121T053000Z-7f3a';

describe('the id of a pin', () => {
  it('never changes, as pins of earlier versions hang on it', () => {
    expect(pinLeaseId(RUN)).toBe('d626328c-e2d0-5e20-a046-e7b322d85c14');
  });

  it('is a UUID of version 5, and another for another run', () => {
    expect(pinLeaseId(RUN)).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-5[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
    expect(pinLeaseId('20261121T053000Z-7f3b')).not.toBe(pinLeaseId(RUN));
  });
});
