#include "ui/window/offscreen.h"

#define EGL_EGL_PROTOTYPES 0 // the library is opened, not linked
#define EGL_NO_X11           // whose headers define Status, None and the like
#include <EGL/egl.h>
#include <EGL/eglext.h>
#include <dlfcn.h>

#include <array>
#include <cstdio>
#include <stdexcept>
#include <string>

namespace grokscope::ui {

namespace {

/// A function of an opened library; the names are those of the EGL 1.5 specification.
template <typename Function>
Function function(void* library, const char* name) {
    const auto found = reinterpret_cast<Function>(dlsym(library, name));
    if (found == nullptr) {
        throw std::runtime_error(std::string("libEGL has no ") + name);
    }
    return found;
}

} // namespace

struct Offscreen::Egl {
    EGLDisplay display = EGL_NO_DISPLAY;
    EGLContext context = EGL_NO_CONTEXT;
    EGLSurface surface = EGL_NO_SURFACE;

    void* library = nullptr; ///< never closed: drivers stay until the process ends
    PFNEGLGETERRORPROC get_error = nullptr;
    PFNEGLMAKECURRENTPROC make_current = nullptr;
    PFNEGLTERMINATEPROC terminate = nullptr;

    Egl() : library(dlopen("libEGL.so.1", RTLD_NOW | RTLD_LOCAL)) {
        if (library == nullptr) {
            throw std::runtime_error("there is no libEGL.so.1");
        }
        get_error = function<PFNEGLGETERRORPROC>(library, "eglGetError");
        make_current = function<PFNEGLMAKECURRENTPROC>(library, "eglMakeCurrent");
        terminate = function<PFNEGLTERMINATEPROC>(library, "eglTerminate");
    }
    ~Egl() {
        if (display != EGL_NO_DISPLAY) {
            make_current(display, EGL_NO_SURFACE, EGL_NO_SURFACE, EGL_NO_CONTEXT);
            terminate(display); // context and surface go with it
        }
    }
    Egl(const Egl&) = delete; // it owns the display's connection
    Egl& operator=(const Egl&) = delete;

    void require(bool done, const char* what) const {
        if (!done) {
            std::array<char, 16> code{};
            std::snprintf(code.data(), code.size(), "0x%04x", static_cast<unsigned>(get_error()));
            throw std::runtime_error(std::string("EGL gives no ") + what + " (error " +
                                     code.data() + ")");
        }
    }

    void open_display() {
        const auto get = function<PFNEGLGETPLATFORMDISPLAYPROC>(library, "eglGetPlatformDisplay");
        display = get(EGL_PLATFORM_SURFACELESS_MESA, nullptr, nullptr);
        require(display != EGL_NO_DISPLAY, "display without a screen");
        const auto initialize = function<PFNEGLINITIALIZEPROC>(library, "eglInitialize");
        require(initialize(display, nullptr, nullptr) == EGL_TRUE, "driver");
        require(function<PFNEGLBINDAPIPROC>(library, "eglBindAPI")(EGL_OPENGL_API) == EGL_TRUE,
                "OpenGL");
    }

    [[nodiscard]] EGLConfig choose_config() const {
        // As ui/window.cpp asks of a display: neither depth nor stencil, not sRGB.
        constexpr std::array<EGLint, 15> kWanted{EGL_SURFACE_TYPE,
                                                 EGL_PBUFFER_BIT,
                                                 EGL_RENDERABLE_TYPE,
                                                 EGL_OPENGL_BIT,
                                                 EGL_RED_SIZE,
                                                 8,
                                                 EGL_GREEN_SIZE,
                                                 8,
                                                 EGL_BLUE_SIZE,
                                                 8,
                                                 EGL_ALPHA_SIZE,
                                                 8,
                                                 EGL_DEPTH_SIZE,
                                                 0,
                                                 EGL_NONE};
        EGLConfig config = nullptr;
        EGLint count = 0;
        const auto choose = function<PFNEGLCHOOSECONFIGPROC>(library, "eglChooseConfig");
        require(choose(display, kWanted.data(), &config, 1, &count) == EGL_TRUE && count == 1,
                "framebuffer of 8 bits a colour");
        return config;
    }

    void make_context(int width, int height) {
        EGLConfig config = choose_config();
        constexpr std::array<EGLint, 9> kCore{EGL_CONTEXT_MAJOR_VERSION,
                                              3,
                                              EGL_CONTEXT_MINOR_VERSION,
                                              3,
                                              EGL_CONTEXT_OPENGL_PROFILE_MASK,
                                              EGL_CONTEXT_OPENGL_CORE_PROFILE_BIT,
                                              EGL_CONTEXT_OPENGL_FORWARD_COMPATIBLE,
                                              EGL_TRUE,
                                              EGL_NONE};
        const auto create = function<PFNEGLCREATECONTEXTPROC>(library, "eglCreateContext");
        context = create(display, config, EGL_NO_CONTEXT, kCore.data());
        require(context != EGL_NO_CONTEXT, "OpenGL 3.3 core context");
        const std::array<EGLint, 5> size{EGL_WIDTH, width, EGL_HEIGHT, height, EGL_NONE};
        const auto paint =
            function<PFNEGLCREATEPBUFFERSURFACEPROC>(library, "eglCreatePbufferSurface");
        surface = paint(display, config, size.data());
        require(surface != EGL_NO_SURFACE, "framebuffer of that size");
        require(make_current(display, surface, surface, context) == EGL_TRUE, "current context");
    }
};

Offscreen::Offscreen(int width, int height) : egl_(std::make_unique<Egl>()) {
    egl_->open_display();
    egl_->make_context(width, height);
}

Offscreen::~Offscreen() = default;

} // namespace grokscope::ui
