/** The bucket of pictures in R2, as the protocol sees it. */
import { ReverieError } from '../../shared/errors';
import { type Bucket, keyOf, nameOf } from './protocol';
import type { Upload } from './upload';

/** R2 takes so many keys in one delete, and lists so many at once. */
export const keysAtOnce = 1000;

/** @param pictures what is put, by hash. */
export function bucketOf({ MEDIA }: Env, pictures: Upload['pictures'] = new Map()): Bucket {
  return {
    async put(name) {
      const picture = pictures.get(name.sha256);
      if (!picture) throw new ReverieError('internal', 'A picture was named that the upload does not have.');
      const { sha256, type } = picture.described;
      try {
        await MEDIA.put(keyOf(name), picture.bytes, { sha256, httpMetadata: { contentType: type } });
      } catch (cause) {
        // R2's own number for it, which stands in its message and nowhere else.
        if (!String(cause).includes('(10037)')) throw cause;
        throw new ReverieError('share-hash-mismatch', 'A picture does not have the hash that the share says.', {
          cause,
        });
      }
    },
    async delete(names) {
      for (let at = 0; at < names.length; at += keysAtOnce) {
        await MEDIA.delete(names.slice(at, at + keysAtOnce).map(keyOf));
      }
    },
    async list(after, most) {
      const { objects } = await MEDIA.list({ prefix: 'i/', limit: most, ...(after && { startAfter: after }) });
      return objects.flatMap(({ key }) => nameOf(key) ?? []);
    },
  };
}
