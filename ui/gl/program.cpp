#include "ui/gl/program.h"

#include <stdexcept>

namespace grokscope::ui::gl {
namespace {

struct DeleteShader {
    void operator()(GLuint name) const { glDeleteShader(name); }
};
using Shader = Handle<DeleteShader>;

std::string log_of(GLuint name, bool program) {
    GLint length = 0;
    (program ? glGetProgramiv : glGetShaderiv)(name, GL_INFO_LOG_LENGTH, &length);
    std::string log(static_cast<std::size_t>(length > 0 ? length : 0), '\0');
    if (length > 0) {
        (program ? glGetProgramInfoLog : glGetShaderInfoLog)(name, length, nullptr, log.data());
    }
    while (!log.empty() && (log.back() == '\0' || log.back() == '\n')) {
        log.pop_back();
    }
    return log;
}

Shader compile(GLenum stage, const std::string& name, const std::string& text) {
    Shader shader(glCreateShader(stage));
    const char* const pointer = text.c_str();
    glShaderSource(shader.id(), 1, &pointer, nullptr);
    glCompileShader(shader.id());
    GLint good = GL_FALSE;
    glGetShaderiv(shader.id(), GL_COMPILE_STATUS, &good);
    if (good != GL_TRUE) {
        throw std::runtime_error("shader " + name +
                                 " does not compile: " + log_of(shader.id(), false));
    }
    return shader;
}

} // namespace

Program::Program(ShaderLibrary& library, std::string vertex, std::string fragment)
    : library_(&library), vertex_(std::move(vertex)), fragment_(std::move(fragment)),
      generation_(library.generation()), handle_(build()) {
}

Handle<Program::Delete> Program::build() const {
    const Shader vertex = compile(GL_VERTEX_SHADER, vertex_, library_->text(vertex_));
    const Shader fragment = compile(GL_FRAGMENT_SHADER, fragment_, library_->text(fragment_));
    Handle<Delete> program(glCreateProgram());
    glAttachShader(program.id(), vertex.id());
    glAttachShader(program.id(), fragment.id());
    glLinkProgram(program.id());
    GLint good = GL_FALSE;
    glGetProgramiv(program.id(), GL_LINK_STATUS, &good);
    if (good != GL_TRUE) {
        throw std::runtime_error("shaders " + vertex_ + " and " + fragment_ +
                                 " do not link: " + log_of(program.id(), true));
    }
    glDetachShader(program.id(), vertex.id());
    glDetachShader(program.id(), fragment.id());
    return program;
}

void Program::use() {
    if (generation_ != library_->generation()) {
        generation_ = library_->generation();
        const std::string name = vertex_ + " + " + fragment_;
        try {
            handle_ = build();
            locations_.clear();
            library_->report(name, "");
        } catch (const std::runtime_error& error) {
            library_->report(name, std::string(error.what()) + " (the old one stays in use)");
        }
    }
    glUseProgram(handle_.id());
}

GLint Program::location(std::string_view uniform) {
    for (const auto& [name, place] : locations_) {
        if (name == uniform) {
            return place;
        }
    }
    std::string name(uniform);
    const GLint place = glGetUniformLocation(handle_.id(), name.c_str());
    locations_.emplace_back(std::move(name), place);
    return place;
}

void Program::set(std::string_view uniform, int value) {
    glUniform1i(location(uniform), value);
}
void Program::set(std::string_view uniform, float value) {
    glUniform1f(location(uniform), value);
}
void Program::set(std::string_view uniform, float x, float y) {
    glUniform2f(location(uniform), x, y);
}
void Program::set(std::string_view uniform, const std::array<float, 4>& value) {
    glUniform4f(location(uniform), value[0], value[1], value[2], value[3]);
}

} // namespace grokscope::ui::gl
