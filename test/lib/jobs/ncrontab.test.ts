import { describe, expect, it } from 'vitest';
import { InvalidScheduleError, parseNcrontab } from '../../../lib/jobs/ncrontab.ts';

describe('parseNcrontab', () => {
  it('takes five fields as six that start with second 0', () => {
    expect(parseNcrontab('30 9 * * 1')).toEqual(parseNcrontab('0 30 9 * * 1'));
  });

  it.each([
    ['0 0 0 * * MON-FRI', [1, 2, 3, 4, 5]],
    ['0 0 0 * * mon,Saturday', [1, 6]],
    ['0 0 0 * * *', [0, 1, 2, 3, 4, 5, 6]],
    ['0 0 0 * * */2', [0, 2, 4, 6]],
    // The step ends with Saturday: 7 is no Sunday in NCRONTAB.
    ['0 0 0 * * 1/3', [1, 4]],
    ['0 0 0 * * 1/2', [1, 3, 5]],
  ])('reads the weekdays of %s', (expression, weekdays) => {
    expect([...parseNcrontab(expression).weekdays].sort()).toEqual(weekdays);
  });

  it.each([
    ['0 0 * * * *', true],
    ['0 0 */1 * * *', true],
    ['0 0 0-11,12-23 * * *', true],
    ['0 0 */2 * * *', false],
    ['0 0 1-23 * * *', false],
  ])('knows whether %s names every hour', (expression, everyHour) => {
    expect(parseNcrontab(expression).everyHour).toBe(everyHour);
  });

  it.each([
    ['', 'it has 0 fields'],
    ['*', 'it has 1 field rather'],
    ['0 0 0 0 * * *', 'it has 7 fields'],
    ['00:05:00', 'it has 1 field'],
    ['60 * * * * *', 'its second 60 is not within 0 to 59'],
    ['* 60 * * * *', 'its minute 60 is not within 0 to 59'],
    ['0 0 24 * * *', 'its hour 24 is not within 0 to 23'],
    ['0 0 0 0 * *', 'its day 0 is not within 1 to 31'],
    ['0 0 0 1 13 *', 'its month 13 is not within 1 to 12'],
    ['0 0 0 * * 7', 'its weekday 7 is not within 0 to 6'],
    ['0 0 0 * * MO', 'its weekday "MO" is no number and no name of one'],
    ['0 0 JAN * * *', 'its hour "JAN" is no number'],
    ['0 0 22-6 * * *', 'its hour "22-6" ends before it starts'],
    ['0 */0 * * * *', 'its minute "*/0" has a step of 0'],
    ['0 0 0 L * *', 'its day "L" is no number'],
    ['0 0 0 ? * 1', 'its day "?" cannot be read'],
    ['0 0 0 * * 1#1', 'its weekday "1#1" cannot be read'],
    ['0 0 0 1,, * *', 'its day "" cannot be read'],
    ['0 0 0 30 2 *', 'there is no such day'],
    ['0 0 0 31 4,6 *', 'there is no such day'],
  ])('refuses %j: %s', (expression, message) => {
    expect(() => parseNcrontab(expression)).toThrow(InvalidScheduleError);
    expect(() => parseNcrontab(expression)).toThrow(message);
  });
});
