#include "ui/window/graphics_driver.h"

#include <dlfcn.h>

#include <array>

// The sanitizers end a program that loads a library in this way.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define GROKSCOPE_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define GROKSCOPE_SANITIZED 1
#endif
#endif

namespace grokscope::ui {

void load_graphics_driver() {
#if defined(RTLD_DEEPBIND) && !defined(GROKSCOPE_SANITIZED)
    bool has_compiler = false;
    for (const char* const name :
         std::array{"LLVMInitializeX86TargetInfo", "LLVMInitializeAArch64TargetInfo",
                    "LLVMInitializeAMDGPUTargetInfo"}) {
        has_compiler = has_compiler || dlsym(RTLD_DEFAULT, name) != nullptr;
    }
    if (!has_compiler) {
        return;
    }
    // Never closed: the driver stays until the process ends.
    for (const char* const library : std::array{"libGLX_mesa.so.0", "libEGL_mesa.so.0"}) {
        static_cast<void>(dlopen(library, RTLD_NOW | RTLD_DEEPBIND));
    }
#endif
}

} // namespace grokscope::ui
