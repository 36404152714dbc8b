"""A program of its own: reads all of an HDF5 file (its only argument) within limits; exit code 0, or why not on stderr.

The HDF5 library reads some damaged files without end, and others make it ask for any amount of memory. So a file that
nobody published a checksum of is read here first. Needs h5py and nothing of ours.
"""

from __future__ import annotations

import os
import sys

import h5py

MOST_SECONDS, MOST_BYTES = 30, 2 << 30


def limit_process(seconds: int, beyond: int) -> None:
    """End this process after so many seconds of the processor's time; ``beyond``: bytes of memory it may yet take.

    Where the system knows no such limits, whoever started it has to do with its own.
    """
    if sys.platform == "win32":
        return
    import resource

    resource.setrlimit(resource.RLIMIT_CPU, (seconds, resource.getrlimit(resource.RLIMIT_CPU)[1]))
    if sys.platform == "linux":
        with open("/proc/self/statm", encoding="ascii") as sizes:
            used = int(sizes.read().split()[0]) * resource.getpagesize()
        resource.setrlimit(resource.RLIMIT_AS, (used + beyond, resource.getrlimit(resource.RLIMIT_AS)[1]))


def walk(path: str) -> None:
    """Read every attribute and number of the file.

    Raises ``ValueError`` for what claims more numbers than the file has bytes and for what leads to another file, and
    whatever h5py raises.
    """
    size = os.path.getsize(path)
    with h5py.File(path, "r") as file:
        waiting: list[h5py.Group | h5py.Dataset] = [file]
        seen = set()
        while waiting:
            item = waiting.pop()
            address = h5py.h5o.get_info(item.id).addr
            if address in seen:
                continue
            seen.add(address)
            _read_attributes(item, size)
            if isinstance(item, h5py.Dataset):
                _read_numbers(item, size)
            elif isinstance(item, h5py.Group):
                waiting += _members(item)


def _members(group: h5py.Group) -> list[h5py.Group | h5py.Dataset]:
    for name in group:
        if not isinstance(group.get(name, getlink=True), h5py.HardLink):
            raise ValueError("it refers to another place")
    return [group[name] for name in group]


def _read_attributes(item: h5py.Group | h5py.Dataset, most: int) -> None:
    for name in item.attrs:
        attribute = item.attrs.get_id(name)
        # h5py takes the size of an empty one for a fault.
        if attribute.get_space().get_simple_extent_npoints() and attribute.get_storage_size() > most:
            raise ValueError("it claims to be longer than it is")
        item.attrs[name]


def _read_numbers(dataset: h5py.Dataset, most: int) -> None:
    if dataset.external or dataset.is_virtual:
        raise ValueError("it refers to another file")
    if dataset.nbytes > most:
        raise ValueError("it claims to be longer than it is")
    dataset[()]


if __name__ == "__main__":
    limit_process(MOST_SECONDS, MOST_BYTES)
    try:
        walk(sys.argv[1])
    except (OSError, LookupError, ValueError, TypeError, AttributeError, RuntimeError, MemoryError) as error:
        sys.exit(str(error) or type(error).__name__)
