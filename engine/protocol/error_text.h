// What an exception says to a user.
#pragma once

#include <exception>
#include <new>
#include <string>

namespace grokscope {

/// One sentence: the exception's own, unless it is one that has nothing but a name. Any thread.
[[nodiscard]] inline std::string sentence_of(const std::exception& error) {
    if (dynamic_cast<const std::bad_alloc*>(&error) != nullptr) {
        return "there is not enough memory; end other programs, or choose a smaller model or fewer "
               "threads";
    }
    return error.what();
}

} // namespace grokscope
