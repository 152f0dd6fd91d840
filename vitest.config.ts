import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    setupFiles: ['test/support/seed.ts'],
    testTimeout: 60_000,
    hookTimeout: 60_000,
    // Child processes are spawned by many tests; two workers keep two cores busy without starving them.
    maxWorkers: 2,
  },
});
