#include "tests/ui/pictures/gl_context.h"
#include "ui/gl/framebuffer.h"
#include "ui/gl/texture.h"

#include <gtest/gtest.h>

#include <stdexcept>
#include <utility>
#include <vector>

namespace grokscope::ui::gl {
namespace {

int deleted = 0; // names given back by the counting deleter below
struct CountDeleted {
    void operator()(GLuint) const { ++deleted; }
};

TEST(Handle, GivesItsNameBackExactlyOnce) {
    deleted = 0;
    {
        Handle<CountDeleted> one(7);
        Handle<CountDeleted> two(std::move(one));
        EXPECT_EQ(two.id(), 7U);
        Handle<CountDeleted> three(8);
        three = std::move(two); // 8 goes now
        EXPECT_EQ(deleted, 1);
        EXPECT_EQ(three.id(), 7U);
    }
    EXPECT_EQ(deleted, 2);
}

TEST(Framebuffer, KeepsColoursAndPutsTheTopRowFirst) {
    GROKSCOPE_NEEDS_GL(context);
    const Framebuffer target({4, 3});
    target.clear({0.0F, 0.0F, 0.0F, 1.0F});
    {
        const DrawInto scope(target);
        glEnable(GL_SCISSOR_TEST);
        glScissor(0, 2, 4, 1); // the top row: OpenGL counts from below
        const GLfloat red[] = {1, 0, 0, 1};
        glClearBufferfv(GL_COLOR, 0, red);
        glDisable(GL_SCISSOR_TEST);
    }
    const std::vector<std::uint8_t> pixels = target.read_pixels();
    ASSERT_EQ(pixels.size(), 4U * 4 * 3);
    EXPECT_EQ(pixels[0], 255);
    EXPECT_EQ(pixels[4 * 4], 0);
    EXPECT_TRUE(context->debug().errors().empty()) << context->debug().errors().front();
}

TEST(DrawInto, PutsTheEarlierStateBack) {
    GROKSCOPE_NEEDS_GL(context);
    const Framebuffer target({16, 8});
    glViewport(1, 2, 30, 40);
    glEnable(GL_SCISSOR_TEST);
    glDisable(GL_BLEND);
    { const DrawInto scope(target); }
    GLint viewport[4] = {};
    glGetIntegerv(GL_VIEWPORT, viewport);
    EXPECT_EQ(viewport[2], 30);
    EXPECT_EQ(viewport[3], 40);
    GLint bound = -1;
    glGetIntegerv(GL_DRAW_FRAMEBUFFER_BINDING, &bound);
    EXPECT_EQ(bound, 0);
    EXPECT_EQ(glIsEnabled(GL_SCISSOR_TEST), GL_TRUE);
    EXPECT_EQ(glIsEnabled(GL_BLEND), GL_FALSE);
}

TEST(Texture, RefusesWhatDoesNotFit) {
    GROKSCOPE_NEEDS_GL(context);
    EXPECT_THROW(Texture(TextureFormat::kR32F, {0, 3}, Filter::kNearest), std::invalid_argument);
    Texture data(TextureFormat::kR32F, {3, 2}, Filter::kNearest);
    EXPECT_NO_THROW(data.write_rows(1, 1, std::vector<float>{1, 2, 3}));
    EXPECT_THROW(data.write_rows(1, 2, std::vector<float>(6)), std::invalid_argument);
    EXPECT_THROW(data.write_rows(0, 1, std::vector<float>(2)), std::invalid_argument);
    EXPECT_THROW(data.write(std::vector<std::uint8_t>(24)), std::invalid_argument);
    EXPECT_TRUE(context->debug().errors().empty());
}

TEST(DebugOutput, HearsAMistake) {
    GROKSCOPE_NEEDS_GL(context);
    EXPECT_TRUE(context->debug().errors().empty());
    glEnable(0x1234); // no such capability
    EXPECT_FALSE(context->debug().errors().empty());
    EXPECT_THROW(context->debug().require_none(), std::runtime_error);
    EXPECT_NO_THROW(context->debug().require_none());
}

} // namespace
} // namespace grokscope::ui::gl
