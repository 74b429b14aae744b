// Pictures that are drawn row by row, as a film's are, against those that are drawn at once.
#include "tests/ui/pictures/gl_context.h"
#include "tests/ui/pictures/synthetic_run.h"
#include "ui/window/picture_maker.h"

#include <gtest/gtest.h>

#include <limits>
#include <optional>
#include <string>

namespace grokscope::ui {
namespace {

constexpr PictureSetting kSetting{.window = {1280, 720}, .version = {}};

struct Fixture {
    gl::ShaderLibrary shaders;
    StudyController study;
    InsidePanel inside;
    RunBook book;
    ViewState view;

    Fixture() {
        testing::SyntheticRun made_up;
        made_up.records = 60;
        testing::feed(book, made_up, made_up.records);
        view.selected = RunId{1};
        view.cursor.hold(0);
    }
    PictureMaker maker() {
        return {shaders, study,
                [this](const PanelInput& input, InsidePictures& pictures, const DrawPanel& circle) {
                    inside.draw(input, pictures, circle);
                }};
    }
    Picture whole(PictureMaker& maker, const PictureWanted& wanted) {
        auto picture =
            maker.draw_on(book, view, kSetting, wanted, std::numeric_limits<double>::infinity());
        EXPECT_TRUE(picture.has_value());
        return picture.value_or(Picture{});
    }
};

void expect_equal(const Picture& one, const Picture& other) {
    EXPECT_EQ(one.width, other.width);
    EXPECT_EQ(one.height, other.height);
    EXPECT_TRUE(one.pixels == other.pixels); // not EQ: a failure would print them
}

TEST(PictureMaker, AFilmDrawnInPartsHasThePixelsOfOneDrawnAtOnce) {
    GROKSCOPE_NEEDS_GL(context);
    Fixture fixture;
    for (const std::string panel : {"window", "wavetable"}) {
        PictureMaker at_once = fixture.maker();
        PictureMaker in_parts = fixture.maker();
        PictureMaker other = fixture.maker();
        for (int frame = 1; frame <= 3; ++frame) {
            fixture.view.cursor.hold(400 * frame);
            const PictureWanted wanted{.panel = panel, .magnification = 2, .film_frame = frame};
            const Picture expected = fixture.whole(at_once, wanted);
            int parts = 1;
            std::optional<Picture> picture;
            for (; !picture && parts < 1000; ++parts) {
                picture = in_parts.draw_on(fixture.book, fixture.view, kSetting, wanted, 1e-9);
                if (parts == 3) { // the window goes on, and somebody takes a picture of it
                    fixture.view.cursor.hold(40);
                    (void)other.draw(fixture.book, fixture.view, kSetting, {.panel = kWholeWindow});
                }
            }
            ASSERT_TRUE(picture.has_value());
            EXPECT_GE(parts, 10);
            expect_equal(*picture, expected);
        }
    }
}

TEST(PictureMaker, AFilmsFirstPictureIsThePictureOfItsEpoch) {
    GROKSCOPE_NEEDS_GL(context);
    Fixture fixture;
    PictureMaker films = fixture.maker();
    PictureMaker pictures = fixture.maker();
    fixture.view.cursor.hold(600);
    expect_equal(fixture.whole(films, {.panel = kWholeWindow, .film_frame = 1}),
                 pictures.draw(fixture.book, fixture.view, kSetting, {.panel = kWholeWindow}));
}

TEST(PictureMaker, AForgottenPictureIsBegunAnew) {
    GROKSCOPE_NEEDS_GL(context);
    Fixture fixture;
    PictureMaker films = fixture.maker();
    const PictureWanted first{.panel = kWholeWindow, .film_frame = 1};
    EXPECT_FALSE(films.draw_on(fixture.book, fixture.view, kSetting, first, 0).has_value());
    films.forget();
    fixture.view.cursor.hold(600);
    PictureMaker pictures = fixture.maker();
    expect_equal(fixture.whole(films, first),
                 pictures.draw(fixture.book, fixture.view, kSetting, {.panel = kWholeWindow}));
}

} // namespace
} // namespace grokscope::ui
