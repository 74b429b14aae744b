// The circle along principal components: figures on inputs whose answer is known, and a picture
// that keeps still.
#include "tests/ui/pictures/synthetic_run.h"
#include "ui/views/circle/circle_pca.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>
#include <limits>
#include <numbers>
#include <stdexcept>

namespace grokscope::ui {
namespace {

constexpr int kP = 113;
constexpr int kD = 32;

/// Rings of the given frequencies and radii, each in a plane of its own, around a common mean.
std::vector<float> rings(const std::vector<std::pair<int, double>>& of) {
    std::vector<float> embedding(static_cast<std::size_t>(kP) * kD, 0.5F);
    for (std::size_t ring = 0; ring < of.size(); ++ring) {
        for (int x = 0; x < kP; ++x) {
            const double angle = 2 * std::numbers::pi * of[ring].first * x / kP;
            const std::size_t at = static_cast<std::size_t>(x) * kD + 3 * ring;
            embedding[at] += static_cast<float>(of[ring].second * std::cos(angle));
            embedding[at + 1] += static_cast<float>(of[ring].second * std::sin(angle));
        }
    }
    return embedding;
}

std::vector<float> noise(int d, std::uint32_t seed) {
    testing::SyntheticRun run;
    run.d_model = d;
    run.rings.clear();
    run.seed = seed;
    return testing::embedding_of(run, 0);
}

float largest_move(const CircleProjection& one, const CircleProjection& other) {
    float worst = 0;
    for (std::size_t x = 0; x < one.points.size(); ++x) {
        worst = std::max(worst, std::hypot(one.points[x].x - other.points[x].x,
                                           one.points[x].y - other.points[x].y));
    }
    return worst;
}

TEST(CirclePca, FindsTheRingsInOrderOfTheirSizeWithoutKnowingTheirFrequency) {
    const PcaPlanes planes = project_pca(rings({{14, 1.0}, {35, 3.0}, {41, 2.0}}), kP, kD);
    const int frequencies[] = {35, 41, 14};
    const double radii[] = {3, 2, 1};
    for (std::size_t i = 0; i < kPcaPlanes; ++i) {
        SCOPED_TRACE(i);
        const CircleProjection& view = planes[i].view;
        ASSERT_TRUE(view.has_plane);
        EXPECT_EQ(view.frequency, frequencies[i]);
        EXPECT_NEAR(view.order, 1, 1e-6);
        EXPECT_NEAR(view.roundness, 1, 1e-6);
        EXPECT_NEAR(view.radius, radii[i], 1e-4);
        EXPECT_NEAR(view.condition, 1, 1e-4);
        EXPECT_NEAR(planes[i].variance, radii[i] * radii[i] / 14, 1e-6);
    }
}

TEST(CirclePca, CallsNoAlternationARing) {
    constexpr int kEven = 12;
    std::vector<float> embedding(std::size_t{kEven} * kD);
    for (std::size_t x = 0; x < kEven; ++x) { // even and odd numbers stand opposite
        embedding[x * kD] = x % 2 == 0 ? 3.0F : -3.0F;
        embedding[x * kD + 1] = 0.01F * static_cast<float>(x * x % 5);
    }
    const CircleProjection view = project_pca(embedding, kEven, kD)[0].view;
    ASSERT_TRUE(view.has_plane);
    EXPECT_LT(view.frequency, kEven / 2);
    EXPECT_LT(view.order, 0.2);
}

TEST(CirclePca, IsTurnedToItsReferenceHoweverTheComponentsCome) {
    // Noise that is far smaller than the rings decides where in its plane a component points.
    const PcaPlanes reference = project_pca(noise(kD, 3), kP, kD);
    PcaPlanes first;
    for (std::uint32_t seed = 1; seed <= 6; ++seed) {
        std::vector<float> embedding = rings({{14, 3.0}, {35, 2.0}, {41, 1.0}});
        const std::vector<float> blur = noise(kD, seed);
        for (std::size_t i = 0; i < embedding.size(); ++i) {
            embedding[i] += 0.002F * blur[i];
        }
        if (seed % 2 == 0) { // the whole space mirrored: no distance changes
            for (std::size_t i = 0; i < embedding.size(); i += kD) {
                embedding[i] = -embedding[i];
            }
        }
        const PcaPlanes planes = project_pca(embedding, kP, kD, &reference);
        if (seed == 1) {
            first = planes;
            continue;
        }
        for (std::size_t i = 0; i < kPcaPlanes; ++i) {
            EXPECT_LT(largest_move(planes[i].view, first[i].view), 0.03F)
                << "seed " << seed << ", plane " << i;
        }
    }
    // Without a reference they do move: the test above is not about nothing.
    float moved = 0;
    PcaPlanes before;
    for (std::uint32_t seed = 1; seed <= 6; ++seed) {
        std::vector<float> embedding = rings({{14, 3.0}, {35, 2.0}, {41, 1.0}});
        const std::vector<float> blur = noise(kD, seed);
        for (std::size_t i = 0; i < embedding.size(); ++i) {
            embedding[i] += 0.002F * blur[i];
        }
        const PcaPlanes planes = project_pca(embedding, kP, kD);
        moved = seed == 1 ? 0 : std::max(moved, largest_move(planes[0].view, before[0].view));
        before = planes;
    }
    EXPECT_GT(moved, 0.5F);
}

TEST(CirclePca, OfRandomEmbeddingsIsFarFromARing) {
    // science.md 3.4: mean 0.22, up to 0.31 for components (1, 2) at d = 128.
    double sum = 0;
    double largest = 0;
    constexpr int kDraws = 30;
    for (std::uint32_t seed = 1; seed <= kDraws; ++seed) {
        const PcaPlanes planes = project_pca(noise(128, seed), kP, 128);
        sum += planes[0].view.order;
        largest = std::max(largest, planes[0].view.order);
    }
    EXPECT_NEAR(sum / kDraws, 0.22, 0.02);
    EXPECT_LT(largest, 0.34);
}

TEST(CirclePca, KeepsDistancesWhicheverOfTheTwoProductsIsSmaller) {
    // p > d and p < d take different ways to the same points.
    std::vector<float> narrow = rings({{3, 2.0}, {9, 1.0}, {20, 0.5}});
    std::vector<float> wide(static_cast<std::size_t>(kP) * 128);
    for (int x = 0; x < kP; ++x) {
        std::copy_n(narrow.begin() + x * kD, kD, wide.begin() + x * 128);
    }
    const PcaPlanes one = project_pca(narrow, kP, kD);
    const PcaPlanes two = project_pca(wide, kP, 128, &one);
    for (std::size_t i = 0; i < kPcaPlanes; ++i) {
        EXPECT_LT(largest_move(one[i].view, two[i].view), 1e-4F);
    }
}

TEST(CirclePca, HasNoPlaneWhereThereIsNothing) {
    const PcaPlanes nothing = project_pca(std::vector<float>(kP * kD), kP, kD);
    EXPECT_FALSE(nothing[0].view.has_plane);
    const PcaPlanes flat = project_pca(rings({{14, 1.0}}), kP, kD);
    EXPECT_TRUE(flat[0].view.has_plane);
    EXPECT_FALSE(flat[1].view.has_plane); // one ring has two dimensions
    std::vector<float> broken = rings({{14, 1.0}});
    broken[40] = std::numeric_limits<float>::quiet_NaN();
    EXPECT_FALSE(project_pca(broken, kP, kD)[0].view.has_plane);
    EXPECT_THROW((void)project_pca(broken, kP + 1, kD), std::invalid_argument);
}

TEST(PcaHistory, LooksAtEachRecordOnceEndsFirstAndSeesTheRingsForm) {
    testing::SyntheticRun made_up;
    made_up.records = 40;
    const RunRecord run = testing::make_record(made_up, 40);
    PcaHistory history;
    int calls = 0;
    while (!history.update(run, run.task.plain, 3)) {
        ASSERT_LT(++calls, 40);
        const auto entries = history.entries(0);
        EXPECT_EQ(entries.front().epoch, 0);
        EXPECT_EQ(entries.back().epoch, run.embeddings.back().epoch);
        EXPECT_TRUE(std::is_sorted(entries.begin(), entries.end(),
                                   [](const auto& a, const auto& b) { return a.epoch < b.epoch; }));
    }
    ASSERT_EQ(history.entries(0).size(), 40U);
    ASSERT_EQ(history.entries(2).size(), 40U);
    for (std::size_t i = 0; i < 40; ++i) {
        EXPECT_EQ(history.entries(0)[i].epoch, run.embeddings[i].epoch);
    }
    EXPECT_LT(history.entries(0).front().order, 0.4F);
    EXPECT_GT(history.entries(0).back().order, 0.9F);
    float radius = 0;
    for (const EmbeddingFrame& frame : run.embeddings) {
        const PcaPlanes planes =
            project_pca(frame.values, frame.p, frame.d_model, &history.reference());
        for (const PcaPlane& plane : planes) {
            radius = std::max(radius, plane.view.radius);
        }
    }
    EXPECT_EQ(history.radius(), radius);
}

} // namespace
} // namespace grokscope::ui
