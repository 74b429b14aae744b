// What SQLite holds of a notebook, by the system's own list: whoever closes any other descriptor of
// the file in this process drops it.
#pragma once

#include <algorithm>
#include <fstream>
#include <string>
#include <vector>

#include <sys/stat.h>

namespace grokscope::store_test {

/// The locks that anybody holds on the file, a line each of /proc/locks from the kind on, sorted.
inline std::vector<std::string> locks_on(const std::string& file) {
    struct stat status {};
    if (stat(file.c_str(), &status) != 0) {
        return {};
    }
    std::ifstream all("/proc/locks");
    std::vector<std::string> locks;
    for (std::string line; std::getline(all, line);) {
        if (line.find(":" + std::to_string(status.st_ino) + " ") != std::string::npos) {
            locks.push_back(line.substr(line.find(' ') + 1));
        }
    }
    std::ranges::sort(locks);
    return locks;
}

/// The locks on an open notebook and on the index of its log, as they were at one moment.
class NotebookLocks {
public:
    explicit NotebookLocks(const std::string& file)
        : file_(file), before_(locks_on(file)), index_before_(locks_on(file + "-shm")) {}

    /// False of one that nobody has open: then nothing could be lost.
    [[nodiscard]] bool any() const { return !before_.empty() && !index_before_.empty(); }

    /// The list of all locks of the machine is read in pieces: while others take and drop theirs, a
    /// line may be missed. Locks that are lost stay so.
    [[nodiscard]] bool are_kept() const {
        for (int i = 0; i < 100; ++i) {
            if (locks_on(file_) == before_ && locks_on(file_ + "-shm") == index_before_) {
                return true;
            }
        }
        return false;
    }

private:
    std::string file_;
    std::vector<std::string> before_;
    std::vector<std::string> index_before_;
};

} // namespace grokscope::store_test
