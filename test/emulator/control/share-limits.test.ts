import { expect, test } from 'vitest';
import { presetLimits, resolveLimits } from '../../../emulator/control/share-limits.ts';

test('the limits of an SSD share follow from its size', () => {
  expect(presetLimits('premium-30tib')).toEqual({
    requestsPerSecond: 33_720,
    burstRequestsPerSecond: 92_160,
    burstCredits: (92_160 - 33_720) * 3600,
    metadataRequestsPerSecond: 12_000,
    mibPerSecond: 3173,
    fileRequestsPerSecond: 12_000,
    fileReadMibPerSecond: 3072,
    fileWriteMibPerSecond: 2048,
  });
  expect(presetLimits('premium-100gib')).toMatchObject({
    requestsPerSecond: 3100,
    burstRequestsPerSecond: 10_000,
    mibPerSecond: 110,
  });
  expect(presetLimits('premium-101gib')?.mibPerSecond).toBe(112);
  expect(presetLimits('premium-100tib')).toMatchObject({ requestsPerSecond: 102_400, mibPerSecond: 10_340 });
  expect(presetLimits('premium-100tib')).not.toHaveProperty('burstCredits');
});

test('an HDD share paid by use has the limits of a file that make large files slow', () => {
  expect(presetLimits('hdd-pay-as-you-go')).toMatchObject({
    requestsPerSecond: 20_000,
    fileRequestsPerSecond: 1000,
    fileReadMibPerSecond: 60,
    fileWriteMibPerSecond: 60,
  });
});

test.each(['premium', 'premium-0gib', 'premium-101tib', 'premium-1.5tib', 'Premium-30tib', 'hdd', ''])(
  '%j is no preset',
  (name) => {
    expect(presetLimits(name)).toBeUndefined();
    expect(resolveLimits({ preset: name })).toBeUndefined();
  },
);

test('what is given beside a preset replaces its values', () => {
  expect(resolveLimits({ preset: 'premium-30tib', mibPerSecond: 10, latencyMs: 3 })).toMatchObject({
    requestsPerSecond: 33_720,
    mibPerSecond: 10,
    latencyMs: 3,
  });
  expect(resolveLimits({ requestsPerSecond: 5 })).toEqual({ requestsPerSecond: 5 });
});
