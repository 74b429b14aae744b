// Every shader compiles without a word from the driver; reloading keeps what works.
#include "tests/ui/pictures/gl_context.h"
#include "ui/gl/program.h"
#include "ui/gl/shader_library.h"

#include <gtest/gtest.h>

#include <chrono>
#include <filesystem>
#include <fstream>
#include <stdexcept>

namespace grokscope::ui {
namespace {

/// A folder that disappears with the test.
class ScratchFolder {
public:
    ScratchFolder()
        : path_(std::filesystem::temp_directory_path() /
                ("grokscope_shaders_" +
                 std::to_string(std::chrono::steady_clock::now().time_since_epoch().count()))) {
        std::filesystem::create_directories(path_);
    }
    ~ScratchFolder() {
        std::error_code ignored;
        std::filesystem::remove_all(path_, ignored);
    }
    ScratchFolder(const ScratchFolder&) = delete;
    ScratchFolder& operator=(const ScratchFolder&) = delete;

    [[nodiscard]] const std::filesystem::path& path() const { return path_; }
    /// Writes a file whose time is later than that of all before: clocks of file systems are
    /// coarse.
    void write(const std::string& name, const std::string& text) {
        std::ofstream(path_ / name) << text;
        last_ += std::chrono::seconds(2);
        std::filesystem::last_write_time(path_ / name, last_);
    }

private:
    std::filesystem::path path_;
    std::filesystem::file_time_type last_ = std::filesystem::file_time_type::clock::now();
};

TEST(Shaders, EveryOneCompilesWithoutAWordFromTheDriver) {
    GROKSCOPE_NEEDS_GL(context);
    gl::ShaderLibrary library;
    int fragments = 0;
    for (const std::string& name : gl::ShaderLibrary::names()) {
        EXPECT_EQ(library.text(name).rfind("#version 330 core\n", 0), 0U) << name;
        if (name.ends_with(".frag")) {
            ++fragments;
            // Each goes with the vertex shader of its name, else with the full-screen triangle.
            const std::string stem = name.substr(0, name.size() - 5);
            const std::string vertex = stem == "ridge" ? "ridge.vert" : "fullscreen.vert";
            gl::Program program(library, vertex, name);
            program.use();
            EXPECT_NE(program.id(), 0U);
        }
    }
    EXPECT_GE(fragments, 3);
    EXPECT_TRUE(context->debug().errors().empty()) << context->debug().errors().front();
}

TEST(Shaders, AMistakeIsReportedWithItsLine) {
    GROKSCOPE_NEEDS_GL(context);
    ScratchFolder folder;
    folder.write("copy.frag", "out vec4 frag_color;\nvoid main() {\n    frag_color = oops;\n}\n");
    gl::ShaderLibrary library(folder.path());
    try {
        gl::Program program(library, "fullscreen.vert", "copy.frag");
        FAIL() << "a shader with a mistake was accepted";
    } catch (const std::runtime_error& error) {
        EXPECT_NE(std::string(error.what()).find("copy.frag"), std::string::npos) << error.what();
        EXPECT_NE(std::string(error.what()).find("oops"), std::string::npos) << error.what();
        EXPECT_NE(std::string(error.what()).find(":3("), std::string::npos) << error.what();
    }
}

TEST(Shaders, AReloadThatFailsKeepsTheOldProgramAndSaysWhy) {
    GROKSCOPE_NEEDS_GL(context);
    ScratchFolder folder;
    const std::string good = "out vec4 frag_color;\nvoid main() { frag_color = vec4(1.0); }\n";
    folder.write("copy.frag", good);
    gl::ShaderLibrary library(folder.path());
    gl::Program program(library, "fullscreen.vert", "copy.frag");
    const GLuint before = program.id();

    library.poll();
    program.use();
    EXPECT_EQ(program.id(), before); // nothing changed

    folder.write("copy.frag", "void main() { nonsense }\n");
    library.poll();
    program.use();
    EXPECT_EQ(program.id(), before);
    EXPECT_NE(library.problems().find("copy.frag"), std::string::npos);

    folder.write("copy.frag", good);
    library.poll();
    program.use();
    EXPECT_EQ(library.problems(), "");
    GLint current = 0;
    glGetIntegerv(GL_CURRENT_PROGRAM, &current);
    EXPECT_EQ(static_cast<GLuint>(current), program.id());
}

TEST(ShaderLibrary, RefusesAFolderThatIsNone) {
    EXPECT_THROW(gl::ShaderLibrary("/no/such/folder"), std::runtime_error);
    EXPECT_THROW((void)gl::ShaderLibrary().text("absent.frag"), std::runtime_error);
}

} // namespace
} // namespace grokscope::ui
