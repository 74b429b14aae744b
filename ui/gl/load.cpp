#include "ui/gl/load.h"

#include <glad/gl.h>

#include <stdexcept>
#include <string_view>

namespace grokscope::ui::gl {
namespace {

std::string text_of(GLenum name) {
    const auto* text = reinterpret_cast<const char*>(glGetString(name));
    return text == nullptr ? "unknown" : text;
}

} // namespace

ContextInfo load_functions() {
    const int loaded = gladLoaderLoadGL();
    if (loaded == 0) {
        throw std::runtime_error("OpenGL could not be loaded: no context is current, or its "
                                 "library is missing. Install a graphics driver (on Debian: "
                                 "libgl1-mesa-dri) or use 'grokscope train'");
    }
    ContextInfo info{text_of(GL_RENDERER), text_of(GL_VERSION)};
    if (loaded < GLAD_MAKE_VERSION(3, 3)) {
        throw std::runtime_error("OpenGL 3.3 is needed, this driver offers " + info.version +
                                 " on " + info.renderer +
                                 ". Update the driver or use 'grokscope train'");
    }
    const std::string_view renderer = info.renderer;
    info.software = renderer.find("llvmpipe") != std::string_view::npos ||
                    renderer.find("softpipe") != std::string_view::npos ||
                    renderer.find("swrast") != std::string_view::npos ||
                    renderer.find("SwiftShader") != std::string_view::npos;
    return info;
}

} // namespace grokscope::ui::gl
