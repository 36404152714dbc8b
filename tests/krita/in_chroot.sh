#!/usr/bin/env bash
# Runs a command in a folder that make_chroot.sh built, with this machine's own files beside it:
#   KRITA="tests/krita/in_chroot.sh DIR krita" python -m pytest tests/krita tests/walk
# Test files, profiles, the screen's socket and the worker's environment lie under the same paths in there. The mounts
# are this one command's alone and end with it. Needs root. The Python that runs the tests must not be the system's own
# (pyenv's or uv's is right), since the worker's environment is made of it and in there /usr is another system's.
set -eu
[ $# -ge 2 ] || { sed -n '2,3p' "$0"; exit 2; }
if [ -z "${IN_OWN_MOUNTS:-}" ]; then
    IN_OWN_MOUNTS=yes exec unshare --mount "$0" "$@"
fi
unset IN_OWN_MOUNTS
dir=$1
shift
for folder in /*/; do
    folder=${folder%/}
    case $folder in
        # What belongs to the system is the other system's in there.
        /bin | /boot | /etc | /lib* | /sbin | /usr | /var | /run | /lost+found) continue ;;
    esac
    mkdir -p "$dir$folder"
    mount --rbind "$folder" "$dir$folder"
done
exec chroot "$dir" env --chdir="$PWD" "$@"
