// Draws to nothing: every OpenGL function that ui/gl calls is there and does nothing, so that all
// of the window's own code runs, and a frame takes a millisecond.
#include "tests/fuzz/surface.h"

#include <glad/gl.h>

#include <algorithm>

namespace grokscope::fuzz {

namespace {

template <typename Result, typename... Arguments>
void fill(Result (*&function)(Arguments...)) {
    function = [](Arguments...) -> Result { return Result(); };
}

void name_all(GLsizei count, GLuint* names) {
    std::fill_n(names, count, 1U);
}

void say_yes(GLuint, GLenum what, GLint* value) {
    *value = what == GL_INFO_LOG_LENGTH ? 0 : GL_TRUE;
}

} // namespace

Surface::Surface() {
    const auto fill_all = [](auto&... functions) { (fill(functions), ...); };
    fill_all(glad_glActiveTexture, glad_glAttachShader, glad_glBindFramebuffer, glad_glBindTexture,
             glad_glBindVertexArray, glad_glBlendEquation, glad_glBlendFunc, glad_glClear,
             glad_glClearBufferfv, glad_glClearColor, glad_glCompileShader,
             glad_glDeleteFramebuffers, glad_glDeleteProgram, glad_glDeleteShader,
             glad_glDeleteTextures, glad_glDeleteVertexArrays, glad_glDetachShader, glad_glDisable,
             glad_glDrawArraysInstanced, glad_glEnable, glad_glFramebufferTexture2D,
             glad_glGetProgramInfoLog, glad_glGetShaderInfoLog, glad_glGetUniformLocation,
             glad_glIsEnabled, glad_glLinkProgram, glad_glPixelStorei, glad_glReadBuffer,
             glad_glReadPixels, glad_glScissor, glad_glShaderSource, glad_glTexImage2D,
             glad_glTexParameteri, glad_glTexSubImage2D, glad_glUniform1f, glad_glUniform1i,
             glad_glUniform2f, glad_glUniform4f, glad_glUseProgram, glad_glViewport);
    glad_glGenTextures = name_all;
    glad_glGenFramebuffers = name_all;
    glad_glGenVertexArrays = name_all;
    glad_glCreateShader = [](GLenum) -> GLuint { return 1; };
    glad_glCreateProgram = []() -> GLuint { return 1; };
    glad_glGetShaderiv = say_yes;
    glad_glGetProgramiv = say_yes;
    glad_glCheckFramebufferStatus = [](GLenum) -> GLenum { return GL_FRAMEBUFFER_COMPLETE; };
    glad_glGetIntegerv = [](GLenum what, GLint* values) {
        std::fill_n(values, what == GL_VIEWPORT ? 4 : 1, 0);
    };
}

Surface::~Surface() = default;

void Surface::attach() {
}
void Surface::detach() {
}
void Surface::begin_frame() {
}
void Surface::end_frame() {
}

} // namespace grokscope::fuzz
