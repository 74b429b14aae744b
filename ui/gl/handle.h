// A move-only owner of one OpenGL object name.
// Threads: the thread of the OpenGL context, destructor included.
#pragma once

#include <glad/gl.h>

#include <utility>

namespace grokscope::ui::gl {

/// Owns the name `id()` and gives it back through `Deleter{}(name)`; 0 is nothing. The context that
/// made the object must be current when it is destroyed.
template <typename Deleter>
class Handle {
public:
    Handle() = default;
    /// Takes over `name`.
    explicit Handle(GLuint name) : name_(name) {}
    Handle(Handle&& other) noexcept : name_(std::exchange(other.name_, 0)) {}
    Handle& operator=(Handle&& other) noexcept {
        if (this != &other) {
            reset();
            name_ = std::exchange(other.name_, 0);
        }
        return *this;
    }
    ~Handle() { reset(); }

    [[nodiscard]] GLuint id() const { return name_; }
    [[nodiscard]] explicit operator bool() const { return name_ != 0; }

private:
    void reset() {
        if (name_ != 0) {
            Deleter{}(std::exchange(name_, 0));
        }
    }

    GLuint name_ = 0;
};

} // namespace grokscope::ui::gl
