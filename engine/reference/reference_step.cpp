#include "engine/reference/reference_step.h"

#include "engine/model/adamw.h"
#include "engine/protocol/metrics.h"
#include "engine/reference/transformer.h"

#include <ATen/ATen.h>
#include <ATen/Context.h>
#include <ATen/core/grad_mode.h>
#include <torch/version.h>

#include <algorithm>
#include <cmath>
#include <cstdint>
#include <cstdlib>
#include <deque>
#include <span>
#include <stdexcept>
#include <string>
#include <vector>

namespace grokscope {

namespace {

/// A flat tensor over memory of ours. libtorch has no tensors of const values: whoever passes const
/// memory promises by that not to write.
at::Tensor flat_tensor(std::span<const float> values) {
    return at::from_blob(const_cast<float*>(values.data()),
                         {static_cast<std::int64_t>(values.size())}, at::kFloat);
}

/// Pairs as libtorch wants them, int64 [n] each.
struct Batch {
    at::Tensor a, b, labels;

    Batch(std::span<const Pair> pairs, std::span<const std::uint16_t> answers,
          const at::Device& device) {
        std::vector<std::int64_t> as, bs;
        for (const Pair& pair : pairs) {
            as.push_back(pair.a);
            bs.push_back(pair.b);
        }
        const std::vector<std::int64_t> cs(answers.begin(), answers.end());
        a = at::tensor(as, at::kLong).to(device);
        b = at::tensor(bs, at::kLong).to(device);
        labels = at::tensor(cs, at::kLong).to(device);
    }
};

/// Copies a tensor, row by row, to the caller's memory.
void copy_out(const at::Tensor& tensor, std::span<float> out) {
    if (static_cast<std::size_t>(tensor.numel()) != out.size()) {
        throw std::invalid_argument("these pairs need room for " + std::to_string(tensor.numel()) +
                                    " values, got " + std::to_string(out.size()));
    }
    flat_tensor(out).copy_(tensor.flatten());
}

/// Rows whose largest logit, the first of equals, is the label's.
std::int64_t count_correct(const at::Tensor& logits, const at::Tensor& labels) {
    return logits.argmax(-1).eq(labels).sum().item<std::int64_t>();
}

/// Figures of the rows that are marked with `part`; missing when there are none.
PartEvaluation part_figures(const at::Tensor& logits, const at::Tensor& labels,
                            const LossRule& rule, std::span<const std::uint8_t> marks,
                            std::uint8_t part) {
    std::vector<std::int64_t> rows;
    for (std::size_t i = 0; i < marks.size(); ++i) {
        if (marks[i] == part) {
            rows.push_back(static_cast<std::int64_t>(i));
        }
    }
    if (rows.empty()) {
        return {};
    }
    const at::Tensor chosen = at::tensor(rows, at::kLong).to(logits.device());
    const at::Tensor part_logits = logits.index_select(0, chosen);
    const at::Tensor part_labels = labels.index_select(0, chosen);
    return {.loss = task_loss(part_logits, part_labels, rule).item<double>(),
            .accuracy = static_cast<double>(count_correct(part_logits, part_labels)) /
                        static_cast<double>(rows.size())};
}

/// What an offset compares: the probe's input and its target.
struct Comparison {
    at::Tensor input, target;
};

/// work(). What libtorch throws has a list of its functions behind the first line; a device that is
/// out of memory is told without them.
template <typename Work>
auto in_one_sentence(Work work) {
    try {
        return work();
    } catch (const c10::Error& error) {
        const std::string why = error.what_without_backtrace();
        throw std::runtime_error("libtorch cannot compute this epoch: " +
                                 why.substr(0, why.find('\n')));
    }
}

class ReferenceStep final : public Step {
public:
    ReferenceStep(const RunConfig& config, const Task& task, const at::Device& device)
        : config_(config), loss_(LossRule::of(config)), layout_(ModelShape::of(config)),
          device_(device), train_(task.train.pairs, task.train.labels, device_), selected_(train_) {
        if (config.control == Control::kPermutedTargets) {
            const std::vector<std::uint32_t> order =
                permuted_targets(config.seed, task.train.size());
            permutation_ =
                at::tensor(std::vector<std::int64_t>(order.begin(), order.end()), at::kLong)
                    .to(device_);
        }
    }

    void load(const Parameters& parameters) override {
        weights_ = views_of(parameters);
        for (at::Tensor* tensor : weights_.all()) {
            *tensor = tensor->detach().requires_grad_(true);
        }
    }

    void select_rows(std::span<const std::uint32_t> rows) override {
        if (rows.empty()) {
            selected_ = train_;
            return;
        }
        const std::vector<std::int64_t> places(rows.begin(), rows.end());
        if (*std::ranges::max_element(places) >= train_.a.size(0)) {
            throw std::invalid_argument(
                "there are " + std::to_string(train_.a.size(0)) + " training pairs, but pair " +
                std::to_string(*std::ranges::max_element(places)) + " was asked for");
        }
        const at::Tensor index = at::tensor(places, at::kLong).to(device_);
        selected_.a = train_.a.index_select(0, index);
        selected_.b = train_.b.index_select(0, index);
        selected_.labels = train_.labels.index_select(0, index);
    }

    StepResult gradients(std::span<ProbeState> probes, Gradients& gradients) override {
        return in_one_sentence([&] { return compute_epoch(probes, gradients); });
    }

    Evaluation evaluate(const PairSet& pairs) override {
        return in_one_sentence([&] { return compute_evaluation(pairs); });
    }

    void logits(std::span<const Pair> pairs, std::span<float> out) override {
        const at::NoGradGuard no_grad;
        const Batch batch(pairs, {}, device_);
        copy_out(forward(weights_, batch.a, batch.b).logits, out);
    }

    void mlp_hidden(std::span<const Pair> pairs, std::span<float> out) override {
        const at::NoGradGuard no_grad;
        const Batch batch(pairs, {}, device_);
        copy_out(forward(weights_, batch.a, batch.b).mlp_hidden, out);
    }

    void recall(const std::deque<Parameters>& previous) override {
        const at::NoGradGuard no_grad;
        past_.clear();
        for (auto parameters = previous.rbegin(); parameters != previous.rend(); ++parameters) {
            remember(forward(views_of(*parameters), train_.a, train_.b,
                             config_.effective_probe_layer()));
        }
    }

    std::string description() const override {
        return "reference, libtorch " TORCH_VERSION ", " +
               (device_.is_cpu() ? std::string("cpu") : std::string("CUDA"));
    }

private:
    StepResult compute_epoch(std::span<ProbeState> probes, Gradients& gradients) {
        const at::AutoGradMode with_autograd(true);
        const Activations now =
            forward(weights_, selected_.a, selected_.b, config_.effective_probe_layer());
        const at::Tensor task = task_loss(now.logits, selected_.labels, loss_);

        StepResult result;
        result.mismatch = MetricSample::missing_mismatch();
        at::Tensor total = task;
        for (ProbeState& probe : probes) {
            if (!is_active(probe.offset)) {
                continue;
            }
            // Phase 1: the probe learns, the model is frozen. The forward pass above serves both
            // phases, because no weight of the model has changed.
            const Comparison compared = comparison(probe.offset, now);
            if (config_.control != Control::kFrozenProbe) {
                teach(probe, compared.input.detach(), compared.target.detach());
            }
            // Phase 2: the probe is frozen and the model pays for the mismatch.
            const at::Tensor mismatch =
                at::mse_loss(predict(ProbeWeights::views(to_device(probe.weights), probe.layout),
                                     compared.input),
                             compared.target);
            result.mismatch[offset_slot(probe.offset)] = mismatch.item<double>();
            total = total + config_.stencil_weight * mismatch;
        }
        if (config_.control == Control::kActivationPenalty) {
            total = total + config_.stencil_weight * now.mlp_hidden.square().mean();
        }
        const std::span<float> flat_gradients = gradients.flat();
        std::ranges::fill(flat_gradients, 0.0F); // libtorch adds to what it finds
        const at::Tensor places = to_device(flat_gradients);
        backward(total, weights_, ModelWeights::views(places, layout_));
        from_device(places, flat_gradients);
        remember(now);

        result.task_loss = task.item<double>();
        result.correct = count_correct(now.logits, selected_.labels);
        return result;
    }

    Evaluation compute_evaluation(const PairSet& pairs) {
        const at::NoGradGuard no_grad;
        const Batch batch(pairs.pairs, pairs.labels, device_);
        const at::Tensor logits = forward(weights_, batch.a, batch.b).logits;
        return {.loss = task_loss(logits, batch.labels, loss_).item<double>(),
                .correct = count_correct(logits, batch.labels),
                .mirrored = part_figures(logits, batch.labels, loss_, pairs.mirrored, 1),
                .truly_new = part_figures(logits, batch.labels, loss_, pairs.mirrored, 0)};
    }

    [[nodiscard]] at::Tensor to_device(std::span<const float> values) const {
        return flat_tensor(values).to(device_); // no copy on the CPU
    }
    /// The way back; nothing to do on the CPU, where both share their memory.
    void from_device(const at::Tensor& tensor, std::span<float> values) const {
        if (!device_.is_cpu()) {
            flat_tensor(values).copy_(tensor);
        }
    }
    [[nodiscard]] ModelWeights views_of(const Parameters& parameters) const {
        return ModelWeights::views(to_device(parameters.flat()), layout_);
    }

    /// Offset k needs activations of |k| epochs ago.
    [[nodiscard]] bool is_active(int offset) const {
        return past_.size() >= static_cast<std::size_t>(std::abs(offset));
    }

    /// The table of science.md 2.1, and what the controls of 2.3 change of it; past activations are
    /// constants.
    [[nodiscard]] Comparison comparison(int offset, const Activations& now) const {
        Comparison compared{now.mlp_in, now.mlp_hidden};
        if (offset != 0) {
            const Activations& then = past_[static_cast<std::size_t>(std::abs(offset)) - 1];
            (offset < 0 ? compared.target : compared.input) =
                offset < 0 ? then.mlp_hidden : then.mlp_in;
        }
        switch (config_.control) {
        case Control::kPermutedTargets:
            compared.target = compared.target.index_select(0, permutation_);
            break;
        case Control::kInputSide:
            compared.target = compared.target.detach();
            break;
        case Control::kTargetSide:
            compared.input = compared.input.detach();
            break;
        default:
            break;
        }
        return compared;
    }

    /// One Adam step of the probe on its mismatch, without decay and without warm-up.
    void teach(ProbeState& probe, const at::Tensor& input, const at::Tensor& target) {
        ProbeWeights leaves = ProbeWeights::views(to_device(probe.weights), probe.layout);
        for (at::Tensor* tensor : leaves.all()) {
            *tensor = tensor->detach().requires_grad_(true);
        }
        probe_gradient_.assign(probe.weights.size(), 0.0F); // libtorch adds to what it finds
        const at::Tensor mismatch = at::mse_loss(predict(leaves, input), target);
        const at::Tensor places = to_device(probe_gradient_);
        backward(mismatch, leaves, ProbeWeights::views(places, probe.layout));
        from_device(places, probe_gradient_);

        ++probe.adam_steps;
        adamw_update({.learning_rate = config_.probe_learning_rate,
                      .weight_decay = 0,
                      .beta1 = 0.9,
                      .beta2 = 0.999},
                     probe.adam_steps, probe.weights, probe_gradient_, probe.first_moment,
                     probe.second_moment);
    }

    /// Adds the gradient of `loss` with respect to each leaf to the tensor of the same name in
    /// `places`, which libtorch then writes as if it were its own.
    template <typename Tensors>
    static void backward(const at::Tensor& loss, Tensors& leaves, Tensors places) {
        const auto all_leaves = leaves.all();
        const auto all_places = places.all();
        for (std::size_t i = 0; i < all_leaves.size(); ++i) {
            all_leaves[i]->mutable_grad() = *all_places[i];
        }
        loss.backward();
        for (at::Tensor* leaf : all_leaves) {
            leaf->mutable_grad().reset(); // the memory is the caller's
        }
    }

    /// Puts the activations in front of the remembered ones and drops what is too old.
    void remember(const Activations& activations) {
        const auto depth = static_cast<std::size_t>(config_.stencil.depth());
        if (depth == 0) {
            return;
        }
        const std::vector<int> offsets = config_.stencil.offsets();
        Activations kept;
        if (offsets.back() > 0) {
            kept.mlp_in = activations.mlp_in.detach();
        }
        if (offsets.front() < 0) {
            kept.mlp_hidden = activations.mlp_hidden.detach();
        }
        past_.push_front(kept);
        if (past_.size() > depth) {
            past_.pop_back();
        }
    }

    RunConfig config_;
    LossRule loss_;
    ParameterLayout layout_;
    at::Device device_;
    Batch train_;
    Batch selected_;         ///< the training pairs of the next update
    at::Tensor permutation_; ///< of the training rows, int64; kPermutedTargets only
    ModelWeights weights_{layout_, {}};
    /// Activations of the training pairs in past epochs, newest first, as many as the stencil is
    /// deep; only what an offset of the stencil compares with.
    std::deque<Activations> past_;
    AlignedBuffer<float> probe_gradient_;
};

} // namespace

std::string why_no_cuda() {
    if (!at::hasCUDA()) { // of a libtorch with CUDA, too, while there is no device
        return at::Context::hasCUDART() ? "libtorch finds no CUDA device here"
                                        : "this libtorch (" TORCH_VERSION ") is built without CUDA";
    }
    return {};
}

std::unique_ptr<Step> make_reference_step(const RunConfig& config, const Task& task,
                                          Device device) {
    config.require_valid();
    const std::string why = device == Device::kCpu ? "it is not wanted" : why_no_cuda();
    if (device == Device::kCuda && !why.empty()) {
        throw std::runtime_error(no_cuda_in_words(why));
    }
    if (!why.empty()) {
        return std::make_unique<ReferenceStep>(config, task, at::Device(at::kCPU));
    }
    // float32 as on the CPU; TF32 keeps ten bits of a factor (engine.md section 10).
    at::globalContext().setAllowTF32CuBLAS(false);
    return std::make_unique<ReferenceStep>(config, task, at::Device(at::kCUDA, 0));
}

} // namespace grokscope
