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

bool is_terminal(Stream stream) {
    return _isatty(stream == Stream::kOutput ? 1 : 2) != 0;
}

int terminal_columns(Stream /*stream*/) {
    return 80;
}

#else

namespace {

int number_of(Stream stream) {
    return stream == Stream::kOutput ? STDOUT_FILENO : STDERR_FILENO;
}

} // namespace

bool is_terminal(Stream stream) {
    const char* kind = std::getenv("TERM");
    return isatty(number_of(stream)) == 1 && kind != nullptr && std::string_view(kind) != "dumb";
}

int terminal_columns(Stream stream) {
    winsize size{};
    const bool known = ioctl(number_of(stream), TIOCGWINSZ, &size) == 0 && size.ws_col > 0;
    return known ? size.ws_col : 80;
}

#endif

void complain(std::string_view sentence) {
    std::cerr << "grokscope: " << shown_line(sentence) << '\n';
}

} // namespace grokscope
