# Greps the sources for files that are opened other than by SQLite. Closing any descriptor of a notebook drops
# all locks that SQLite holds on it for this process (POSIX), so that other programs write over its log: what
# opens files must be known, and may never be given a notebook. cmake -DROOT=DIR -P file_access.cmake

cmake_minimum_required(VERSION 3.25)

# Who may, and which files.
set(allowed
    "app/bench/benchmarks.cpp|/proc"
    "app/bench/oracle.cpp|/proc"
)
