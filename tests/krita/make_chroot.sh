#!/usr/bin/env bash
# Builds a folder with another Krita than this machine's, and with all that the tests in Krita and the walk need there:
#   make_chroot.sh trixie DIR    Krita 5.2.9 (Qt 5, PyQt5), from Debian 13
#   make_chroot.sh sid DIR       Krita 6.0.4 (Qt 6, PyQt6), from Debian unstable and experimental
# Needs root and debootstrap on a Debian; takes some 6 minutes and 2.5 GB. The packages come from where this machine's
# own apt takes its packages. Then: in_chroot.sh DIR COMMAND…
set -eu
[ $# = 2 ] || { sed -n '2,4p' "$0"; exit 2; }
suite=$1 dir=$2
case $suite in
    trixie) from= binding=python3-pyqt5 python="python3 python3-venv" ;;
    # The worker's environment takes Python 3.13, while Debian unstable's own is newer.
    sid) from="-t experimental" binding=python3-pyqt6 python="python3 python3.13 python3.13-venv" ;;
    *) echo "There is no $suite here: trixie or sid."; exit 2 ;;
esac
site=$(apt-get indextargets --format '$(REPO_URI)' | grep '/debian/*$' | sort -u | head -n 1)
debootstrap --variant=minbase --include=ca-certificates "$suite" "$dir" "$site"

if [ "$suite" = sid ]; then echo "deb $site experimental main" >>"$dir/etc/apt/sources.list"; fi
for setting in /etc/apt/apt.conf.d/*; do  # how this machine reaches the network holds in there too
    cp -n "$setting" "$dir/etc/apt/apt.conf.d/"
done
cp /etc/resolv.conf "$dir/etc/"

# Recommended packages would be a desktop; Krita's own plug-ins for files are wanted all the same.
chroot "$dir" apt-get update -qq
chroot "$dir" env DEBIAN_FRONTEND=noninteractive apt-get install -y -qq $from \
    krita krita-l10n locales $binding $python \
    xvfb openbox xdotool wmctrl dbus at-spi2-core python3-pyatspi imagemagick fonts-dejavu-core

# The set-up's packages come over the same network, perhaps through a proxy with a certificate of its own.
mkdir -p "$dir/usr/local/share/ca-certificates"
cp -r /usr/local/share/ca-certificates/. "$dir/usr/local/share/ca-certificates/"
chroot "$dir" update-ca-certificates

# Krita is German only with a language's locale (not with C.UTF-8).
echo "en_US.UTF-8 UTF-8" >>"$dir/etc/locale.gen"
chroot "$dir" locale-gen
