// What the notebook's writer tells the front end, and what it can be asked.
#pragma once

#include <cstdint>
#include <string>
#include <variant>

namespace grokscope {

/// State of the notebook; newest wins.
struct StoreStatus {
    /// The notebook in use.
    std::string file;
    /// Why nothing can be saved at the moment, one sentence; empty while all is well.
    std::string problem;
    /// Records in memory only, waiting to be written.
    std::uint64_t waiting = 0;
    /// Transactions since the start.
    std::uint64_t commits = 0;
};

namespace store_request {

/// Goes on in another notebook, which must not exist; what is readable of the present one is
/// copied.
struct SaveAs {
    std::string file;
};
/// Tries again at once to write what waits.
struct RetryNow {};

} // namespace store_request

using StoreRequest = std::variant<store_request::SaveAs, store_request::RetryNow>;

} // namespace grokscope
