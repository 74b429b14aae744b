#include "app/terminal.h"

#include "engine/protocol/shown_text.h"

#include <cstdlib>
#include <iostream>
#include <string_view>

#ifdef _WIN32
#include <io.h>
#else
#include <sys/ioctl.h>
#include <unistd.h>
#endif

namespace grokscope {

#ifdef _WIN32

bool output_is_terminal() {
    return _isatty(1) != 0;
}

int terminal_columns() {
    return 80;
}

#else

bool output_is_terminal() {
    const char* kind = std::getenv("TERM");
    return isatty(STDOUT_FILENO) == 1 && kind != nullptr && std::string_view(kind) != "dumb";
}

int terminal_columns() {
    winsize size{};
    const bool known = ioctl(STDOUT_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    return known ? size.ws_col : 80;
}

#endif

void complain(std::string_view sentence) {
    std::cerr << "grokscope: " << shown_line(sentence) << '\n';
}

} // namespace grokscope
