// A text that is copied and compared without touching its letters: whole arrangements are, at every
// frame, and a stranger's notes may have megabytes of them.
// Threads: main thread only.
#pragma once

#include <memory>
#include <string>
#include <utility>

namespace grokscope::ui {

/// Never changes once made, so that copies share the letters.
class SharedText {
public:
    SharedText(std::string text = {}) // NOLINT: a text, whatever it is kept in
        : text_(std::make_shared<const std::string>(std::move(text))) {}
    SharedText(const char* text) : SharedText(std::string(text)) {}

    [[nodiscard]] const std::string& get() const { return *text_; }
    operator const std::string&() const { return *text_; }

    friend bool operator==(const SharedText& one, const SharedText& other) {
        return one.text_ == other.text_ || *one.text_ == *other.text_;
    }

private:
    std::shared_ptr<const std::string> text_; ///< of all copies, in every step of undo
};

} // namespace grokscope::ui
