import { describe, expect, it } from 'vitest';
import { RequestTally, requestsSince, sumOfRequests } from '../../../lib/report/request-tally.ts';

describe('a tally', () => {
  it('counts by operation, and by the share that a request was for', () => {
    const tally = new RequestTally();
    tally.observe({ operation: 'ListFiles' }, 'source');
    tally.observe({ operation: 'ListFiles' }, 'target');
    tally.observe({ operation: 'CopyFile' }, 'target');
    expect(tally.counts).toEqual({ ListFiles: 2, CopyFile: 1 });
    expect(tally.sides).toEqual({ source: { ListFiles: 1 }, target: { ListFiles: 1, CopyFile: 1 } });
    expect(tally.total).toBe(3);
  });
});

describe('counts', () => {
  it('are told from an earlier moment on', () => {
    expect(requestsSince({ ListFiles: 2, CopyFile: 1 }, { ListFiles: 5, CopyFile: 1, GetFile: 1 })).toEqual({
      ListFiles: 3,
      GetFile: 1,
    });
  });

  it('add up', () => {
    expect(sumOfRequests({ ListFiles: 2 }, {}, { ListFiles: 1, GetFile: 4 })).toEqual({
      ListFiles: 3,
      GetFile: 4,
    });
  });
});
