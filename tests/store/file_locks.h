// What SQLite holds of a notebook, by the system's own list: whoever closes any other descriptor of
// the file in this process drops it.
#pragma once

#include <algorithm>
#include <fstream>
#include <string>
#include <utility>
#include <vector>

#include <sys/stat.h>

namespace grokscope::store_test {

/// The locks that anybody holds on the file, a line each of /proc/locks from the kind on, sorted.
/// The list is read in pieces: a line may be missed, or come twice, while others take and drop
/// locks.
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
    locks.erase(std::unique(locks.begin(), locks.end()), locks.end());
    return locks;
}

/// The locks on an open notebook and on the index of its log, as they were at one moment.
class NotebookLocks {
public:
    explicit NotebookLocks(const std::string& file)
        : file_(file), before_(all_locks_on(file)), index_before_(all_locks_on(file + "-shm")) {}

    /// False of one that nobody has open: then nothing could be lost.
    [[nodiscard]] bool any() const { return !before_.empty() && !index_before_.empty(); }

    /// What is missed once is found the next time; locks that are lost stay so.
    [[nodiscard]] bool are_kept() const {
        for (int i = 0; i < 100; ++i) {
            if (locks_on(file_) == before_ && locks_on(file_ + "-shm") == index_before_) {
                return true;
            }
        }
        return false;
    }

private:
    /// The fullest of several lists: what is missed in one is in another.
    static std::vector<std::string> all_locks_on(const std::string& file) {
        std::vector<std::string> all;
        for (int i = 0; i < 100; ++i) {
            std::vector<std::string> found = locks_on(file);
            if (found.size() > all.size()) {
                all = std::move(found);
            }
        }
        return all;
    }

    std::string file_;
    std::vector<std::string> before_;
    std::vector<std::string> index_before_;
};

} // namespace grokscope::store_test
