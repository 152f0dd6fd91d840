import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { crc64Base64 } from '../../../emulator/http/crc64.ts';
import {
  decodeStructuredBody,
  STRUCTURED_BODY,
  structuredStream,
} from '../../../emulator/http/structured-body.ts';

function frame(content: Buffer): Buffer {
  const stream = structuredStream(content.length, (start, end) => [content.subarray(start, end)]);
  const framed = Buffer.concat([...stream.chunks]);
  expect(framed.length).toBe(stream.length);
  return framed;
}

describe('the CRC-64 of Azure Storage', () => {
  it('has the values that the service gives', () => {
    // Check value of this polynomial in the catalogue of parametrised CRC algorithms (CRC-64/NVME).
    expect(crc64Base64(Buffer.from('123456789'))).toBe(
      Buffer.from('8898790a86148bae', 'hex').toString('base64'),
    );
    expect(crc64Base64(Buffer.alloc(0))).toBe('AAAAAAAAAAA=');
  });

  it('does not depend on how bytes are aligned', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 64 }), fc.nat(16), (bytes, shift) => {
        const shifted = Buffer.concat([Buffer.alloc(shift), bytes]).subarray(shift);
        expect(crc64Base64(shifted)).toBe(crc64Base64(bytes));
      }),
    );
  });
});

describe('a structured body', () => {
  it('carries any content there and back', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 3000 }), (bytes) => {
        const content = Buffer.from(bytes);
        expect(decodeStructuredBody(frame(content), STRUCTURED_BODY, content.length).equals(content)).toBe(
          true,
        );
      }),
    );
  });

  it('has a segment for every 4 MiB', () => {
    const content = Buffer.alloc(4 * 1024 * 1024 + 1, 7);
    expect(frame(content).readUInt16LE(11)).toBe(2);
  });

  it('is refused when any byte of it is changed', () => {
    const framed = frame(Buffer.from('some content'));
    for (let index = 0; index < framed.length; index++) {
      // Bits of the flags other than the one for checksums have no meaning yet.
      if (index === 9 || index === 10) continue;
      const broken = Buffer.from(framed);
      broken[index] = (broken[index] ?? 0) ^ 0x55;
      expect(() => decodeStructuredBody(broken, STRUCTURED_BODY, 12), `byte ${index}`).toThrow();
    }
  });

  it('is refused when cut short, of another kind, or of another length than announced', () => {
    const framed = frame(Buffer.from('some content'));
    for (let length = 0; length < framed.length; length++) {
      expect(() => decodeStructuredBody(framed.subarray(0, length), STRUCTURED_BODY, 12)).toThrow();
    }
    expect(() => decodeStructuredBody(framed, 'XSM/2.0', 12)).toThrow();
    expect(() => decodeStructuredBody(framed, STRUCTURED_BODY, 11)).toThrow();
  });
});
