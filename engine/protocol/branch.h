// A run that does not begin with the weights of its seed, but with recorded ones of another run.
#pragma once

#include <cstdint>
#include <string>

namespace grokscope {

struct BranchStart; // the engine's: a front end passes it on unread

/// Where the first weights of a run were recorded.
struct BranchPoint {
    std::string parent; ///< the other run's uuid, the same in every notebook that holds it
    std::int32_t epoch = 0;
    /// Of a fork, which goes on from that epoch with the other's whole state: what it does
    /// otherwise, in words. Empty of a run that began anew with weights of the other.
    std::string fork = {};

    [[nodiscard]] bool is_fork() const { return !fork.empty(); }
    friend bool operator==(const BranchPoint&, const BranchPoint&) = default;
};

} // namespace grokscope
