// Which process trains a run, and whether it still lives. With owner_lock, all here that knows the
// system.
#pragma once

#include "engine/store/owner_lock.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

namespace grokscope {

/// When a process began, which tells it from an earlier one of the same number.
struct ProcessStart {
    std::int64_t ticks = 0;   ///< after the start of the system; 0: the system does not say
    std::int64_t seconds = 0; ///< since 1970, about; 0: the system does not say
};

/// What a process sees of itself and of others. A value, so that a test can make a system up.
struct SystemView {
    std::string host;         ///< name of the machine, "unknown" when it has none
    std::string boot;         ///< drawn anew whenever the system starts; empty: it does not say
    std::string namespace_id; ///< within it a number means one process; empty: it does not say
    std::int64_t process = 0; ///< number of this process
    /// The living process of a number that this one sees.
    std::function<std::optional<ProcessStart>(std::int64_t)> find;
};

/// The system as it is. Reads /proc; does not block.
[[nodiscard]] SystemView present_system();

/// Name of this machine, "unknown" when it has none.
[[nodiscard]] std::string host_name();

/// A name for this process that no other has or had: "HOST/PID/NONCE/BOOT/NAMESPACE/START". The
/// same text for the life of the process is the caller's business.
[[nodiscard]] std::string new_owner(const SystemView& system = present_system());

/// The byte that this owner holds in the lock file of a notebook; empty for no owner.
[[nodiscard]] std::optional<std::int64_t> lock_byte_of(const std::string& owner);
/// What a notebook notes of an owner beside its name, as "/MARK" after it.
struct OwnerMarks {
    bool locked = false; ///< it holds its lock: one that is free tells that it is dead
    bool taken = false;  ///< it goes on with the run, though that has ended
};
[[nodiscard]] std::string entered(const std::string& owner, OwnerMarks marks);
[[nodiscard]] OwnerMarks marks_of(const std::string& owner);
/// Whether both name one process, whatever their marks. False for two empty ones.
[[nodiscard]] bool is_same_owner(const std::string& one, const std::string& other);

/// True when `owner` names this process.
[[nodiscard]] bool is_this_process(const std::string& owner,
                                   const SystemView& system = present_system());

/// True when the process that `owner` names may still be training. A lock that it holds says so,
/// and one that it has lost says no; failing these, its number and start where this process sees
/// it, else whether its last sign of life is less than a minute old. `heartbeat` and `now` in
/// seconds since 1970; `lock` that of its byte. Names that older programs wrote ("HOST/PID/NONCE")
/// have the number and the sign of life only. False for an empty owner.
[[nodiscard]] bool may_be_alive(const std::string& owner, std::int64_t heartbeat, std::int64_t now,
                                LockState lock, const SystemView& system);

/// "process 4711 on HOST", fit to be shown; for a text that names none "another process".
[[nodiscard]] std::string owner_in_words(const std::string& owner);

} // namespace grokscope
