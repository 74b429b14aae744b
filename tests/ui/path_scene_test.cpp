// A path in three dimensions as it is laid flat.
#include "ui/views/path/path_scene.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>
#include <numbers>
#include <vector>

namespace grokscope::ui {
namespace {

constexpr Rect kArea{100, 50, 400, 200};

PathView looking(float turn, float lift) {
    return {.turn = turn, .lift = lift};
}

void expect_at(const ScenePoint& point, float x, float y, float depth) {
    EXPECT_NEAR(point.x, x, 1e-3);
    EXPECT_NEAR(point.y, y, 1e-3);
    EXPECT_NEAR(point.depth, depth, 1e-5);
}

TEST(PathCamera, LooksFromTheFrontAtFirst) {
    const PathCamera camera(looking(0, 0), kArea);
    expect_at(camera({0, 0, 0}), 300, 150, 0);
    expect_at(camera({1, 0, 0}), 375, 150, 0);
    expect_at(camera({0, 0, 1}), 300, 75, 0);
    expect_at(camera({0, 1, 0}), 300, 150, -1);
}

TEST(PathCamera, TurnsAndTips) {
    const float quarter = std::numbers::pi_v<float> / 2;
    const PathCamera turned(looking(quarter, 0), kArea);
    expect_at(turned({1, 0, 0}), 300, 150, -1);
    expect_at(turned({0, 1, 0}), 225, 150, 0);
    const PathCamera above(looking(0, quarter), kArea);
    expect_at(above({0, 1, 0}), 300, 75, 0);
    expect_at(above({0, 0, 1}), 300, 150, 1);
}

TEST(PathCamera, KeepsPathAndFrameWithinItsRectangleFromEverySide) {
    for (float turn = 0; turn < 6; turn += 0.7F) {
        for (float lift = -1.5F; lift <= 1.5F; lift += 0.5F) {
            const PathCamera camera(looking(turn, lift), kArea);
            for (const std::array<double, 3>& point :
                 {std::array{0.6, 0.0, 0.8}, std::array{-0.6, 0.64, -0.48},
                  std::array{kPathSide, kPathSide, -kPathSide}}) {
                const ScenePoint seen = camera(point);
                EXPECT_LE(std::hypot(seen.x - 300, seen.y - 150), 100.001);
                EXPECT_LE(std::abs(seen.depth), 1.4);
            }
        }
    }
}

TEST(PathScene, ScalesBySpreadAndFindsTheRecordOfAnEpoch) {
    WeightPath path;
    path.points = {{0, {3, 0, 4}, {}}, {100, {-1, 2, 0}, {}}, {250, {0, 0, -2.5}, {}}};
    const auto points = in_unit_ball(path);
    EXPECT_NEAR(points[0][0], 0.6, 1e-12);
    EXPECT_NEAR(points[0][2], 0.8, 1e-12);
    EXPECT_NEAR(points[2][2], -0.5, 1e-12);
    EXPECT_EQ(record_at(path, -1), std::nullopt);
    EXPECT_EQ(record_at(path, 99), 0U);
    EXPECT_EQ(record_at(path, 100), 1U);
    EXPECT_EQ(record_at(path, 9999), 2U);
}

TEST(PathScene, StaysFiniteWhereNothingMovesOrNumbersAreNone) {
    WeightPath still;
    still.points = {{0, {0, 0, 0}, {}}, {1, {0, 0, 0}, {}}};
    EXPECT_EQ(in_unit_ball(still)[1][0], 0);
    still.points[1].coordinates[1] = std::numeric_limits<double>::quiet_NaN();
    EXPECT_EQ(in_unit_ball(still)[1][1], 0);
    EXPECT_TRUE(in_unit_ball(WeightPath{}).empty());
}

TEST(PathScene, TheNameOfAnArmStandsBehindItsEndAndOffTheArm) {
    const Rect area{0, 0, 600, 400};
    const ScenePoint begin{300, 200, 0};
    for (int degrees = 0; degrees < 360; degrees += 5) {
        const auto angle = static_cast<float>(degrees) * std::numbers::pi_v<float> / 180;
        const float along = std::cos(angle);
        const float down = std::sin(angle);
        const ScenePoint end{300 + 100 * along, 200 + 100 * down, 0};
        const Rect name = name_behind(begin, end, 60, 12, 4, area);
        for (float at = 0; at <= 100; at += 1) {
            EXPECT_FALSE(name.contains(300 + at * along, 200 + at * down)) << degrees << " " << at;
        }
        EXPECT_LT(std::hypot(name.x + 30 - end.x, name.y + 6 - end.y), 40) << degrees;
    }
    const Rect kept = name_behind(begin, {599, 200, 0}, 60, 12, 4, area);
    EXPECT_EQ(kept.right(), area.right());
}

TEST(PathScene, NamesBesidePointsLieOnNoOther) {
    const Rect area{0, 0, 300, 200};
    const ScenePoint point{150, 100, 0};
    std::vector<Rect> taken;
    for (int i = 0; i < 4; ++i) {
        const auto place = name_beside(point, 60, 12, 8, area, taken);
        ASSERT_TRUE(place) << i;
        for (const Rect& other : taken) {
            EXPECT_FALSE(place->overlaps(other)) << i;
        }
        taken.push_back(*place);
    }
    EXPECT_EQ(taken[0], (Rect{158, 94, 60, 12}));
    EXPECT_EQ(taken[1], (Rect{82, 94, 60, 12}));
    EXPECT_EQ(taken[2], (Rect{120, 80, 60, 12}));
    EXPECT_EQ(name_beside(point, 60, 12, 8, area, taken), std::nullopt);
    const std::vector<Rect> cross{{0, 99, 300, 2}, {149, 0, 2, 200}};
    EXPECT_EQ(name_beside(point, 60, 12, 8, area, cross), (Rect{158, 80, 60, 12}));
    EXPECT_EQ(name_beside({280, 100, 0}, 60, 12, 8, area, {})->right(), 272) << "at the edge";
}

} // namespace
} // namespace grokscope::ui
