// Writes the program's icon as PNG; the build runs it once for each size that is installed.
#include "app/files/screenshot.h"
#include "engine/store/output_file.h"
#include "ui/window/app_icon.h"

#include <cstdlib>
#include <exception>
#include <iostream>

int main(int count, char** values) {
    if (count != 3) {
        std::cerr << "usage: grokscope_draw_icon SIZE FILE.png\n";
        return 2;
    }
    try {
        const int size = std::atoi(values[1]);
        grokscope::OutputFile(values[2], grokscope::Overwrite::kYes)
            .commit(grokscope::png_of(size, size, grokscope::ui::draw_app_icon(size),
                                      grokscope::Alpha::kKept));
    } catch (const std::exception& error) {
        std::cerr << "grokscope_draw_icon: " << error.what() << '\n';
        return 1;
    }
    return 0;
}
