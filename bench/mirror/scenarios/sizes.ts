/** Sizes of small files, in bytes. */
export const SMALL = { minSize: 1024, maxSize: 65_536 } as const;

export const MIB = 2 ** 20;
export const GIB = 2 ** 30;
