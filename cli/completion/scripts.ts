export const SHELLS = ['bash', 'zsh', 'fish'] as const;
export type Shell = (typeof SHELLS)[number];

export function isShell(name: string): name is Shell {
  return SHELLS.some((shell) => shell === name);
}

const BASH = `# Completion of sharepair for bash.
_sharepair() {
  local word description
  COMPREPLY=()
  while IFS=$'\\t' read -r word description; do
    COMPREPLY+=("$word")
  done < <("\${COMP_WORDS[0]/#\\~/$HOME}" __complete -- "\${COMP_WORDS[@]:1:COMP_CWORD}" 2>/dev/null)
}
complete -o bashdefault -o default -F _sharepair sharepair
`;

const ZSH = `#compdef sharepair
# Completion of sharepair for zsh.
_sharepair() {
  local -a candidates
  local word description
  while IFS=$'\\t' read -r word description; do
    candidates+=("\${word//:/\\\\:}\${description:+:$description}")
  done < <("\${words[1]/#\\~/$HOME}" __complete -- "\${(@)words[2,CURRENT]}" 2>/dev/null)
  if (( \${#candidates} )); then
    _describe -t candidates candidate candidates
  else
    _files
  fi
}
if [ "\${funcstack[1]}" = "_sharepair" ]; then
  _sharepair "$@"
else
  compdef _sharepair sharepair
fi
`;

const FISH = `# Completion of sharepair for fish.
function __sharepair_complete
    set -l words (commandline -opc) (commandline -ct)
    $words[1] __complete -- $words[2..-1] 2>/dev/null
end
complete -c sharepair -f -a '(__sharepair_complete)'
complete -c sharepair -s c -l config -r -F
complete -c sharepair -l data -r -F
`;

/** Each asks the command itself for the candidates, so that none has to be written again for a new option. */
export const COMPLETION_SCRIPTS: Readonly<Record<Shell, string>> = { bash: BASH, zsh: ZSH, fish: FISH };
