// Which process trains a run, and whether it still lives. The one file here that knows the system.
#pragma once

#include <cstdint>
#include <string>

namespace grokscope {

/// Name of this machine, "unknown" when it has none.
[[nodiscard]] std::string host_name();

/// "HOST/PID/NONCE" of this process; the same text for the life of the process is the caller's
/// business.
[[nodiscard]] std::string new_owner();

/// True when `owner` names this process.
[[nodiscard]] bool is_this_process(const std::string& owner);

/// True when the process that `owner` names may still be training: on this machine, when it lives;
/// on another, when its last sign of life is less than a minute old. `heartbeat` and `now` in
/// seconds since 1970. False for an empty owner.
[[nodiscard]] bool may_be_alive(const std::string& owner, std::int64_t heartbeat, std::int64_t now);

} // namespace grokscope
