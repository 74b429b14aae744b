// Proof that a process lives: a lock that the system takes from it at its death, on a byte of its
// own in one small file beside the notebook. It tells across containers, restarts and machines,
// wherever the locks work that SQLite needs on the same files. The notebook itself is never opened
// here: closing it would take SQLite's locks from the whole process.
#pragma once

#include <cstdint>
#include <string>

namespace grokscope {

/// Where the owners of a notebook's runs hold their locks; empty for one in memory.
[[nodiscard]] std::string lock_file_of(const std::string& notebook);

/// The notebook whose owners would hold their locks in a file of this name; empty for other names.
[[nodiscard]] std::string owned_by(const std::string& file);

enum class LockState : std::uint8_t {
    kHeld,   ///< by a process that lives, a stopped one included
    kFree,   ///< by nobody
    kUnknown ///< the file may not be read, or the system has no such locks
};

/// Who looks needs no right to write, makes nothing and waits for nobody. Any thread, any process.
[[nodiscard]] LockState lock_state(const std::string& lock_file, std::int64_t byte);

/// Holds one byte from hold() to its own end. The file is there as long as somebody holds a byte of
/// it, or was killed and nobody came after.
class OwnerLock {
public:
    OwnerLock(std::string lock_file, std::int64_t byte);
    ~OwnerLock();
    OwnerLock(const OwnerLock&) = delete; // owns a descriptor
    OwnerLock& operator=(const OwnerLock&) = delete;

    /// Takes the byte, unless it is held already, and again when the file was taken away meanwhile.
    /// False when that cannot be done here, and when a file of that name holds something. Waits for
    /// nobody.
    [[nodiscard]] bool hold();

    [[nodiscard]] const std::string& file() const { return file_; }

private:
    void let_go();
    [[nodiscard]] bool has_its_name() const;
    /// Something else has the name: what holds data, or is no file.
    [[nodiscard]] bool is_taken() const;

    std::string file_;
    std::int64_t byte_;
    int descriptor_ = -1;
};

} // namespace grokscope
