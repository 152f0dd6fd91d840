import type { ShareReader } from '../files/share-reader.ts';
import type { ShareWriter } from '../files/share-writer.ts';

/**
 * Compares and carries over security descriptors between two shares. A permission key means something only
 * within its own share, so keys are equal when the descriptors that they name are; each is asked for once.
 */
export class PermissionMap {
  readonly #source: ShareReader;
  readonly #target: ShareReader;
  readonly #writer: ShareWriter | undefined;
  readonly #equal = new Map<string, Promise<boolean>>();
  readonly #sourceDescriptors = new Map<string, Promise<string>>();
  readonly #targetDescriptors = new Map<string, Promise<string>>();
  readonly #targetKeys = new Map<string, Promise<string>>();

  constructor(source: ShareReader, target: ShareReader, writer?: ShareWriter) {
    this.#source = source;
    this.#target = target;
    this.#writer = writer;
  }

  /** Whether the two keys name the same security descriptor. */
  equal(sourceKey: string, targetKey: string): Promise<boolean> {
    return remember(this.#equal, `${sourceKey} ${targetKey}`, async () => {
      const [source, target] = await Promise.all([
        this.#sourceDescriptor(sourceKey),
        this.#targetDescriptor(targetKey),
      ]);
      // An empty descriptor, as the service may give for a root, is nothing to carry over and so no difference.
      return source === '' || source === target;
    });
  }

  /** The target share's key for the security descriptor of a source key; undefined where it has none to copy. */
  async targetKey(sourceKey: string): Promise<string | undefined> {
    const descriptor = await this.#sourceDescriptor(sourceKey);
    // The service may answer with an empty descriptor for a share's root.
    if (descriptor === '') return undefined;
    return remember(this.#targetKeys, descriptor, async () => {
      if (this.#writer === undefined) throw new Error('a comparison creates no permission');
      return this.#writer.createPermission(descriptor);
    });
  }

  #sourceDescriptor(key: string): Promise<string> {
    return remember(this.#sourceDescriptors, key, () => descriptorOf(this.#source, key));
  }

  #targetDescriptor(key: string): Promise<string> {
    return remember(this.#targetDescriptors, key, () => descriptorOf(this.#target, key));
  }
}

async function descriptorOf(reader: ShareReader, key: string): Promise<string> {
  return key === '' ? '' : reader.permission(key);
}

function remember<T>(memory: Map<string, Promise<T>>, key: string, ask: () => Promise<T>): Promise<T> {
  const known = memory.get(key);
  if (known !== undefined) return known;
  const answer = ask();
  memory.set(key, answer);
  // A failure is asked again the next time rather than remembered.
  answer.catch(() => memory.delete(key));
  return answer;
}
