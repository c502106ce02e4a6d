# Sourced by the scripts of ci/: where the repository is, and which files are its source.
set -euo pipefail

# The repository's root. A check takes another tree as its first argument, for ci/checks_test.
root=$(cd "$(dirname "$(readlink -f "${BASH_SOURCE[0]}")")/.." && pwd)

say() { printf '%s\n' "$*"; }

# sources TREE SUFFIX...: the files with these suffixes, relative to TREE, sorted; neither what is
# built nor what is hidden.
sources() {
  local tree=$1 suffix
  shift
  local names=()
  for suffix in "$@"; do names+=(-o -name "*$suffix"); done
  (cd "$tree" && find . \( -name build -o -name '.?*' \) -prune -o \
    -type f \( "${names[@]:1}" \) -print) | sed 's,^\./,,' | LC_ALL=C sort
}
