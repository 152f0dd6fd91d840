import { hash } from 'node:crypto';
import type { ShareReader } from '../files/share-reader.ts';
import type { ShareWriter } from '../files/share-writer.ts';
import { RecentAnswers } from './recent-answers.ts';

/** Most shares have some hundred descriptors. */
const KEPT = 10_000;
/** A descriptor may have 64 KiB; it mostly has some hundred characters. */
const KEPT_CHARACTERS = 8 * 2 ** 20;

/** Told of two keys that name the same descriptor, more than once perhaps. */
export type OnPair = (sourceKey: string, targetKey: string) => void;

/**
 * Compares and carries over security descriptors between two shares. A permission key means something only
 * within its own share, so keys are equal when the descriptors that they name are. Each is asked for once, or
 * again where a share has more of them than memory is meant for.
 */
export class PermissionMap {
  readonly #source: ShareReader;
  readonly #target: ShareReader;
  readonly #writer: ShareWriter | undefined;
  readonly #onPair: OnPair;
  readonly #equal = new RecentAnswers<boolean>(KEPT);
  readonly #sourceDescriptors = recentDescriptors();
  readonly #targetDescriptors = recentDescriptors();
  readonly #targetKeys = new RecentAnswers<string>(KEPT);

  constructor(
    source: ShareReader,
    target: ShareReader,
    writer?: ShareWriter,
    onPair: OnPair = () => undefined,
  ) {
    this.#source = source;
    this.#target = target;
    this.#writer = writer;
    this.#onPair = onPair;
  }

  /** Whether the two keys name the same security descriptor. */
  equal(sourceKey: string, targetKey: string): Promise<boolean> {
    return this.#equal.get(`${sourceKey} ${targetKey}`, async () => {
      const [source, target] = await Promise.all([
        this.#sourceDescriptor(sourceKey),
        this.#targetDescriptor(targetKey),
      ]);
      // An empty descriptor, as the service may give for a root, is nothing to carry over and so no difference.
      if (source === '') return true;
      if (source === target) this.#onPair(sourceKey, targetKey);
      return source === target;
    });
  }

  /** The target share's key for the security descriptor of a source key; undefined where it has none to copy. */
  async targetKey(sourceKey: string): Promise<string | undefined> {
    const descriptor = await this.#sourceDescriptor(sourceKey);
    // The service may answer with an empty descriptor for a share's root.
    if (descriptor === '') return undefined;
    const key = await this.#targetKeys.get(digestOf(descriptor), async () => {
      if (this.#writer === undefined) throw new Error('a comparison creates no permission');
      return this.#writer.createPermission(descriptor);
    });
    this.#onPair(sourceKey, key);
    return key;
  }

  #sourceDescriptor(key: string): Promise<string> {
    return this.#sourceDescriptors.get(key, () => descriptorOf(this.#source, key));
  }

  #targetDescriptor(key: string): Promise<string> {
    return this.#targetDescriptors.get(key, () => descriptorOf(this.#target, key));
  }
}

async function descriptorOf(reader: ShareReader, key: string): Promise<string> {
  return key === '' ? '' : reader.permission(key);
}

function recentDescriptors(): RecentAnswers<string> {
  return new RecentAnswers<string>(KEPT, (descriptor) => descriptor.length, KEPT_CHARACTERS);
}

function digestOf(descriptor: string): string {
  return hash('sha256', descriptor, 'base64');
}
