#include "ui/gl/debug.h"

#include <glad/gl.h>

#include <stdexcept>
#include <string_view>

namespace grokscope::ui::gl {

struct DebugOutput::Log {
    static constexpr std::size_t kMost = 64;
    std::vector<std::string> errors;
    bool by_callback = false;

    void add(std::string text) {
        if (errors.size() < kMost) {
            errors.push_back(std::move(text));
        }
    }

    static void GLAD_API_PTR take(GLenum, GLenum type, GLuint, GLenum severity, GLsizei length,
                                  const GLchar* message, const void* user) {
        if (type == GL_DEBUG_TYPE_ERROR || severity == GL_DEBUG_SEVERITY_HIGH) {
            // The driver hands back the pointer given at registration, const by its own signature.
            static_cast<Log*>(const_cast<void*>(user))
                ->add(std::string(message, static_cast<std::size_t>(length)));
        }
    }
};

DebugOutput::DebugOutput() : log_(std::make_unique<Log>()) {
    while (glGetError() != GL_NO_ERROR) { // errors of the time before are not ours
    }
    if (GLAD_GL_KHR_debug != 0) {
        log_->by_callback = true;
        glEnable(GL_DEBUG_OUTPUT);
        glEnable(GL_DEBUG_OUTPUT_SYNCHRONOUS);
        glDebugMessageCallback(&Log::take, log_.get());
    }
}

DebugOutput::~DebugOutput() {
    if (log_->by_callback) {
        glDebugMessageCallback(nullptr, nullptr);
        glDisable(GL_DEBUG_OUTPUT_SYNCHRONOUS);
        glDisable(GL_DEBUG_OUTPUT);
    }
}

const std::vector<std::string>& DebugOutput::errors() {
    for (GLenum error = glGetError(); error != GL_NO_ERROR; error = glGetError()) {
        if (!log_->by_callback) {
            log_->add("OpenGL error " + std::to_string(error));
        }
    }
    return log_->errors;
}

void DebugOutput::require_none() {
    const std::vector<std::string> found = errors();
    log_->errors.clear();
    if (!found.empty()) {
        throw std::runtime_error("OpenGL reports " + std::to_string(found.size()) +
                                 " error(s), the first: " + found.front());
    }
}

} // namespace grokscope::ui::gl
