import type { ShareWriter } from '../files/share-writer.ts';

/** What a writer asks before each request whether it may still write. */
export interface Fence {
  /** Throws once it may not. */
  assertFresh(): void;
}

/**
 * The same writer, which sends nothing once its fence is down. File requests do not check a share's lease,
 * so a run that lost its lock without knowing, asleep or cut off, is stopped here.
 */
export function fenced(writer: ShareWriter, fence: Fence): ShareWriter {
  return new Proxy(writer, {
    get(target, property) {
      const member: unknown = Reflect.get(target, property, target);
      if (typeof member !== 'function') return member;
      return async (...parameters: unknown[]) => {
        fence.assertFresh();
        return Reflect.apply(member, target, parameters);
      };
    },
  });
}
