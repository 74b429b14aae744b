#include "ui/window/dead_manager.h"

#ifdef __linux__
#include <dlfcn.h>
#endif

#include <memory>

namespace grokscope::ui {

#ifdef __linux__

namespace {

// As Xlib.h has them, which the program is not built with: GLFW loads the library.
using Display = void;
using Id = unsigned long;
constexpr Id kWindowType = 33; // XA_WINDOW

struct X {
    void* library = dlopen("libX11.so.6", RTLD_LAZY);
    ~X() {
        if (library != nullptr) {
            dlclose(library);
        }
    }
    X() = default;
    X(const X&) = delete;
    X& operator=(const X&) = delete;

    template <typename Function>
    Function* of(const char* name) const {
        return library == nullptr ? nullptr : reinterpret_cast<Function*>(dlsym(library, name));
    }
};

/// The connection, and what is asked of it.
struct Root {
    using Handler = int(Display*, void*);

    explicit Root(const X& x)
        : close(x.of<int(Display*)>("XCloseDisplay")), free(x.of<int(void*)>("XFree")),
          property(x.of<int(Display*, Id, Id, long, long, int, Id, Id*, int*, Id*, Id*,
                            unsigned char**)>("XGetWindowProperty")),
          remove(x.of<int(Display*, Id, Id)>("XDeleteProperty")),
          handle(x.of<Handler*(Handler*)>("XSetErrorHandler")) {
        auto* const open = x.of<Display*(const char*)>("XOpenDisplay");
        auto* const intern = x.of<Id(Display*, const char*, int)>("XInternAtom");
        auto* const root_of = x.of<Id(Display*)>("XDefaultRootWindow");
        const bool whole = open != nullptr && intern != nullptr && root_of != nullptr &&
                           close != nullptr && free != nullptr && property != nullptr &&
                           remove != nullptr && handle != nullptr;
        display = whole ? open(nullptr) : nullptr;
        if (display != nullptr) {
            window = root_of(display);
            check = intern(display, "_NET_SUPPORTING_WM_CHECK", 1);
        }
    }
    ~Root() {
        if (display != nullptr) {
            close(display);
        }
    }
    Root(const Root&) = delete;
    Root& operator=(const Root&) = delete;

    /// The window that the property of `of` names; 0 when there is none.
    [[nodiscard]] Id named_by(Id of) const {
        Id type = 0;
        Id items = 0;
        Id left = 0;
        int format = 0;
        unsigned char* data = nullptr;
        const bool failed = property(display, of, check, 0, 1, 0, kWindowType, &type, &format,
                                     &items, &left, &data) != 0;
        const Id named = !failed && type == kWindowType && items == 1 && format == 32
                             ? *reinterpret_cast<const Id*>(data)
                             : 0;
        if (!failed && data != nullptr) {
            free(data);
        }
        return named;
    }

    Display* display = nullptr;
    Id window = 0;
    Id check = 0;
    int (*close)(Display*);
    int (*free)(void*);
    int (*property)(Display*, Id, Id, long, long, int, Id, Id*, int*, Id*, Id*, unsigned char**);
    int (*remove)(Display*, Id, Id);
    Handler* (*handle)(Handler*);
};

int ignore(Display*, void*) {
    return 0; // that the window is gone is the answer
}

} // namespace

bool clear_dead_manager() {
    const X x;
    const Root root(x);
    if (root.display == nullptr || root.check == 0) {
        return false;
    }
    const Id named = root.named_by(root.window);
    auto* const before = root.handle(ignore);
    const bool dead = named != 0 && root.named_by(named) == 0;
    if (dead) {
        root.remove(root.display, root.window, root.check);
    }
    root.handle(before);
    return dead;
}

#else

bool clear_dead_manager() {
    return false;
}

#endif

} // namespace grokscope::ui
