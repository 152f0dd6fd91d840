import { setDirectoryProperties, setFileProperties } from '../../../emulator/state/index.ts';
import { entryPaths } from '../emulator/walk-share.ts';
import { type Scenario, scaled, shownCount } from '../scenario.ts';
import { SMALL } from './sizes.ts';

const ENTRIES = 20_000;
/** With its directory a hundred entries. */
const FILES_PER_DIRECTORY = 99;
const NEW_ROOT =
  'O:BAG:BAD:(A;OICI;FA;;;BA)(A;OICI;FA;;;SY)(A;OICI;0x1200a9;;;S-1-5-21-1004336348-1177238915-682003330-512)';

export const permissions: Scenario = {
  name: 'permissions',
  title: (scale) => `another ACL at the root, inherited by ${shownCount(scaled(ENTRIES, scale))} entries`,
  latencyMs: 10,
  seeds: (scale) => [
    {
      seed: 5,
      files: Math.max(1, scaled(ENTRIES, scale) - Math.ceil(scaled(ENTRIES, scale) / 100)),
      filesPerDirectory: FILES_PER_DIRECTORY,
      depth: 1,
      ...SMALL,
    },
  ],
  targetAtFirst: 'equal',
  change: (share) => {
    setDirectoryProperties(share, [], { permission: { text: NEW_ROOT, format: 'Sddl' } });
    for (const { kind, path } of [...entryPaths(share.view())]) {
      const set = kind === 'file' ? setFileProperties : setDirectoryProperties;
      set(share, path, { permission: 'inherit' });
    }
  },
};
