import fc from 'fast-check';
import { expect, it } from 'vitest';
import { parseHttpDate } from '../../../lib/files/http-date.ts';

it('reads every date that HTTP can write', () => {
  const date = fc.date({
    min: new Date('1601-01-01'),
    max: new Date('9999-12-31T23:59:59Z'),
    noInvalidDate: true,
  });
  fc.assert(
    fc.property(date, (moment) => {
      const second = Math.floor(moment.getTime() / 1000) * 1000;
      expect(parseHttpDate(moment.toUTCString())).toBe(second);
    }),
  );
});

it.each(['', 'yesterday', 'Sat, 21 Xyz 2026 05:30:00 GMT', 'Sat, 21 anF 2026 05:30:00 GMT'])(
  'knows that "%s" is none',
  (text) => expect(parseHttpDate(text)).toBeNaN(),
);
