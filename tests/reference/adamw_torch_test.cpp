// adamw_update against torch::optim::AdamW and Adam (engine.md, check 6).
#include "engine/model/adamw.h"
#include "engine/model/aligned_buffer.h"

#include <gtest/gtest.h>

#include <torch/optim/adam.h>
#include <torch/optim/adamw.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <span>
#include <vector>

namespace grokscope {
namespace {

constexpr int kSteps = 50;
constexpr std::int64_t kCount = 4099; // no multiple of any vector's width

/// Gradients of very different sizes, some of them always zero.
at::Tensor gradient_of_step(int step) {
    at::Generator generator = at::detail::createCPUGenerator(static_cast<std::uint64_t>(step) + 1);
    at::Tensor gradient = at::randn({kCount}, generator);
    at::Tensor sizes = at::pow(10.0, at::linspace(-12, 2, kCount));
    gradient = gradient * sizes;
    gradient.narrow(0, 0, 16).zero_();
    return gradient;
}

std::span<float> span_of(const at::Tensor& tensor) {
    return {tensor.data_ptr<float>(), static_cast<std::size_t>(tensor.numel())};
}

/// Trains `kSteps` steps with both and expects the weights to agree after each.
template <typename Optimizer, typename Options>
void expect_same_path(Options options, AdamWSettings settings, int warmup) {
    at::Generator generator = at::detail::createCPUGenerator(77);
    at::Tensor theirs = at::randn({kCount}, generator).requires_grad_(true);
    const at::Tensor ours = theirs.detach().clone();
    std::vector<float> first_moment(kCount);
    std::vector<float> second_moment(kCount);
    Optimizer optimizer(std::vector<at::Tensor>{theirs}, options);
    const double rate = settings.learning_rate;
    for (int step = 0; step < kSteps; ++step) {
        settings.learning_rate =
            rate * (warmup == 0 ? 1.0 : std::min(static_cast<double>(step) / warmup, 1.0));
        static_cast<Options&>(optimizer.param_groups()[0].options()).lr(settings.learning_rate);
        const at::Tensor gradient = gradient_of_step(step);
        theirs.mutable_grad() = gradient.clone();
        optimizer.step();
        adamw_update(settings, step + 1, span_of(ours), span_of(gradient), first_moment,
                     second_moment);
        const at::Tensor difference = (ours - theirs.detach()).abs();
        // Relative, but weights near zero have errors of the size of what moved them.
        const at::Tensor size = theirs.detach().abs().clamp_min(10 * rate);
        const double worst = (difference / size).max().item<double>();
        ASSERT_LE(worst, 2e-6) << "after step " << step + 1;
    }
    // They moved at all: by more than two steps at the full rate, on average.
    at::Generator again = at::detail::createCPUGenerator(77);
    EXPECT_GT((at::randn({kCount}, again) - ours).abs().mean().item<double>(), 2 * rate);
}

TEST(AdamWTorchTest, TakesTheModelsStepsAsTorchDoes) {
    expect_same_path<torch::optim::AdamW>(
        torch::optim::AdamWOptions(1e-3).betas({0.9, 0.98}).weight_decay(1.0),
        AdamWSettings{.learning_rate = 1e-3, .weight_decay = 1.0, .beta1 = 0.9, .beta2 = 0.98}, 10);
}

TEST(AdamWTorchTest, TakesTheProbesStepsAsTorchsAdamDoes) {
    expect_same_path<torch::optim::Adam>(
        torch::optim::AdamOptions(1e-3).betas({0.9, 0.999}),
        AdamWSettings{.learning_rate = 1e-3, .weight_decay = 0, .beta1 = 0.9, .beta2 = 0.999}, 0);
}

TEST(AdamWTorchTest, AgreesWithOtherSettings) {
    expect_same_path<torch::optim::AdamW>(
        torch::optim::AdamWOptions(3e-2).betas({0.5, 0.9}).weight_decay(0.1),
        AdamWSettings{.learning_rate = 3e-2, .weight_decay = 0.1, .beta1 = 0.5, .beta2 = 0.9}, 3);
}

} // namespace
} // namespace grokscope
