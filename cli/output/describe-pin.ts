import type { PinReport } from '../../lib/target/pin-point.ts';
import { isOver, type Pin } from '../../lib/target/pins.ts';
import { asSentence } from '../errors.ts';
import { localTime, printable } from './text.ts';

/** What came of pinning a recovery point, for people. */
export function describePinned({ point, job, record, warnings }: PinReport, timeZone: string): string {
  const end =
    record?.until === undefined ? 'until it is unpinned' : `until ${localTime(record.until, timeZone)}`;
  return lines([`recovery point ${point} of job ${job} is pinned ${end}`, ...warnings]);
}

/** What came of unpinning one. */
export function describeUnpinned({ point, job, warnings }: PinReport): string {
  return lines([`recovery point ${point} of job ${job} is not pinned any more`, ...warnings]);
}

/** Who holds a recovery point, as one line of a list. */
export function describePin(id: string, pin: Pin, timeZone: string, now: Date): string {
  if (pin.state === 'foreign')
    return `  ${id}: leased by another program or person, or being read by a verification (${pin.foreign.join(', ')} snapshot)`;
  const { reason, by, at, until } = pin;
  const why = reason === undefined ? 'why was not written down, or is lost' : `"${printable(reason)}"`;
  const who =
    by === undefined || at === undefined ? '' : `, by ${printable(by)} on ${localTime(at, timeZone)}`;
  const over = isOver(pin, now) ? ', which is over: the next prune releases it' : '';
  const end = until === undefined ? '' : `, until ${localTime(until, timeZone)}${over}`;
  return `  ${id}: ${why}${who}${end}${describeHalf(id, pin)}`;
}

function describeHalf(id: string, { state, own, foreign }: Pin): string {
  if (state !== 'half') return '';
  const other = own.includes('source') ? 'target' : 'source';
  return foreign.length > 0
    ? `; only the ${own[0]} snapshot: the ${other} snapshot is leased by another program or person, or being read by a verification`
    : `; half-done, only the ${own[0]} snapshot: pin or unpin ${id} again`;
}

function lines(texts: readonly string[]): string {
  return texts.map((text) => `${asSentence(text)}\n`).join('');
}
