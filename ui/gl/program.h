// A linked pair of shaders.
// Threads: the thread of the OpenGL context.
#pragma once

#include "ui/gl/handle.h"
#include "ui/gl/shader_library.h"

#include <array>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace grokscope::ui::gl {

/// Program of a vertex and a fragment shader of a library. It follows the library's folder: a
/// changed text is built at the next use(), and when that fails the old program stays and the
/// library hears why.
class Program {
public:
    /// Names such as "ridge.vert". `library` outlives this. Throws std::runtime_error with the
    /// driver's log when the text does not compile or link.
    Program(ShaderLibrary& library, std::string vertex, std::string fragment);

    /// Makes it current, rebuilt if its text changed. Uniforms set before a rebuild are lost, so
    /// set them after each use().
    void use();

    /// Uniforms of the current program. A name that the program does not have (the compiler may
    /// have dropped it) is ignored.
    void set(std::string_view uniform, int value);
    void set(std::string_view uniform, float value);
    void set(std::string_view uniform, float x, float y);
    void set(std::string_view uniform, const std::array<float, 4>& value);

    [[nodiscard]] GLuint id() const { return handle_.id(); }

private:
    struct Delete {
        void operator()(GLuint name) const { glDeleteProgram(name); }
    };
    [[nodiscard]] Handle<Delete> build() const;
    [[nodiscard]] GLint location(std::string_view uniform);

    ShaderLibrary* library_;
    std::string vertex_;
    std::string fragment_;
    std::uint32_t generation_ = 0;
    Handle<Delete> handle_;
    std::vector<std::pair<std::string, GLint>> locations_;
};

} // namespace grokscope::ui::gl
