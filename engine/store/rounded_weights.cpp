#include "engine/store/rounded_weights.h"

#include "engine/store/byte_planes.h"

#include <algorithm>
#include <cmath>
#include <iterator>
#include <limits>
#include <stdexcept>
#include <string>
#include <utility>

namespace grokscope {

namespace {

/// Steps per root mean square, at least: 2^9.
constexpr int kBits = 9;
/// Steps per root mean square of what cannot be foretold, at most: 2^4, hence at least 2^3.
constexpr int kJitterBits = 3;
/// The jitter makes steps coarser by this power of two at most.
constexpr int kCoarser = 3;
/// No multiple is larger: it would not be a float32.
constexpr std::int32_t kLargestMultiple = 1 << 24;
constexpr int kSmallestExponent = -149; ///< float32 has no smaller value than 2^-149
constexpr int kLargestExponent = 104;   ///< of the step: the largest float32 is a multiple of 2^104
/// Coefficients of the prediction are multiples of 1/1024.
constexpr double kCoefficientUnit = 1024;

struct Prediction {
    std::int16_t a = 0;
    std::int16_t b = 0;
};

/// Multiples of one tensor and what they are multiples of.
struct Grid {
    std::span<const std::int32_t> multiples;
    double step = 1; ///< a power of two: multiplying by it is exact

    [[nodiscard]] double value(std::size_t i) const { return multiples[i] * step; }
};

/// The multiple that is expected. Every product of a coefficient and a value is exact in double, so
/// that the one rounding of their sum is the same on every machine.
class Predictor {
public:
    Predictor(Prediction prediction, const Grid* before, const Grid* before_that, double step)
        : a_(prediction.a / kCoefficientUnit), b_(prediction.b / kCoefficientUnit), before_(before),
          before_that_(before_that), per_step_(1 / step) {}

    [[nodiscard]] std::int32_t operator()(std::size_t i) const {
        if (before_ == nullptr) {
            return 0;
        }
        double sum = a_ * before_->value(i);
        if (before_that_ != nullptr) {
            sum += b_ * before_that_->value(i);
        }
        constexpr double kMost = kLargestMultiple;
        return static_cast<std::int32_t>(std::clamp(std::rint(sum * per_step_), -kMost, kMost));
    }

private:
    double a_, b_;
    const Grid* before_;
    const Grid* before_that_;
    double per_step_;
};

std::int16_t coefficient(double value) {
    constexpr double kMost = 8;
    return static_cast<std::int16_t>(std::lround(
        std::clamp(std::isfinite(value) ? value : 0.0, -kMost, kMost) * kCoefficientUnit));
}

/// Least squares of the present values on those before.
Prediction fit(const Grid& now, const Grid* before, const Grid* before_that) {
    if (before == nullptr) {
        return {};
    }
    double xx = 0, xy = 0, yy = 0, xt = 0, yt = 0;
    for (std::size_t i = 0; i < now.multiples.size(); ++i) {
        const double t = now.value(i);
        const double x = before->value(i);
        const double y = before_that == nullptr ? 0.0 : before_that->value(i);
        xx += x * x;
        xy += x * y;
        yy += y * y;
        xt += x * t;
        yt += y * t;
    }
    const double determinant = xx * yy - xy * xy;
    if (!(determinant > 1e-12 * xx * yy)) { // one before, or two that are the same
        return {coefficient(xt / xx), 0};
    }
    return {coefficient((xt * yy - yt * xy) / determinant),
            coefficient((yt * xx - xt * xy) / determinant)};
}

/// Root mean square of what the two records before do not foretell.
double jitter(const Grid& now, const Grid& before, const Grid& before_that) {
    const Prediction prediction = fit(now, &before, &before_that);
    const double a = prediction.a / kCoefficientUnit;
    const double b = prediction.b / kCoefficientUnit;
    double sum = 0;
    for (std::size_t i = 0; i < now.multiples.size(); ++i) {
        const double rest = now.value(i) - a * before.value(i) - b * before_that.value(i);
        sum += rest * rest;
    }
    return std::sqrt(sum / static_cast<double>(now.multiples.size()));
}

std::uint32_t checksum(const std::vector<std::int32_t>& multiples) {
    const std::vector<std::uint32_t> bits(multiples.begin(), multiples.end());
    return checksum_of(bits);
}

} // namespace

RoundedWeights::RoundedWeights(const ModelShape& shape)
    : layout_(shape), exponents_(layout_.tensors().size()), multiples_(layout_.parameter_count()) {
}

RoundedWeights::RoundedWeights(const Parameters& weights, const RoundedWeights* before,
                               const RoundedWeights* before_that)
    : RoundedWeights(weights.layout().shape()) {
    std::size_t first = 0; // of the tensor's multiples
    for (std::size_t t = 0; t < layout_.tensors().size(); ++t) {
        const TensorSpec& tensor = layout_.tensors()[t];
        const std::span<const float> values = weights.view(tensor);
        const double mean_square = sum_squares(values) / static_cast<double>(values.size());
        double largest = 0;
        for (const float value : values) {
            if (!std::isfinite(value)) {
                throw std::invalid_argument("only finite weights can be rounded, a value of " +
                                            tensor.name + " is not");
            }
            largest = std::max(largest, std::fabs(static_cast<double>(value)));
        }
        int exponent = mean_square > 0 ? std::ilogb(std::sqrt(mean_square)) - kBits : 0;
        while (std::ldexp(largest, -exponent) > kLargestMultiple) { // one value dwarfs all others
            ++exponent;
        }
        round(t, first, exponent, values);
        const std::size_t begin = std::exchange(first, first + values.size());
        if (before == nullptr || before_that == nullptr || !(mean_square > 0)) {
            continue;
        }
        const auto grid_of = [&](const RoundedWeights& other) {
            return Grid{std::span(other.multiples_).subspan(begin, values.size()),
                        std::ldexp(1, other.exponents_.at(t))};
        };
        const double unforetold = jitter(grid_of(*this), grid_of(*before), grid_of(*before_that));
        const int coarse = unforetold > 0 ? std::ilogb(unforetold) - kJitterBits : exponent;
        if (coarse > exponent) {
            round(t, begin, std::min(coarse, exponent + kCoarser), values);
        }
    }
}

void RoundedWeights::round(std::size_t tensor, std::size_t first, int exponent,
                           std::span<const float> values) {
    exponents_.at(tensor) = std::clamp(exponent, kSmallestExponent, kLargestExponent);
    const double per_step = std::ldexp(1, -exponents_.at(tensor));
    auto next = multiples_.begin() + static_cast<std::ptrdiff_t>(first);
    for (const float value : values) {
        *next++ = static_cast<std::int32_t>(std::rint(value * per_step));
    }
}

Parameters RoundedWeights::parameters() const {
    Parameters weights(layout_.shape());
    auto next = multiples_.begin();
    for (std::size_t t = 0; t < layout_.tensors().size(); ++t) {
        const double step = std::ldexp(1, exponents_.at(t));
        for (float& value : weights.view(layout_.tensors()[t])) {
            value = static_cast<float>(*next++ * step);
        }
    }
    return weights;
}

std::vector<double> RoundedWeights::steps() const {
    std::vector<double> all;
    std::ranges::transform(exponents_, std::back_inserter(all),
                           [](int exponent) { return std::ldexp(1, exponent); });
    return all;
}

Bytes RoundedWeights::encode(const RoundedWeights* before,
                             const RoundedWeights* before_that) const {
    ByteWriter writer;
    writer.put(static_cast<std::uint32_t>(multiples_.size()));
    std::vector<std::uint32_t> rest(multiples_.size());
    std::size_t first = 0;
    for (std::size_t t = 0; t < layout_.tensors().size(); ++t) {
        const std::size_t size = layout_.tensors()[t].size;
        const auto grid_of = [&](const RoundedWeights& weights) {
            return Grid{std::span(weights.multiples_).subspan(first, size),
                        std::ldexp(1, weights.exponents_.at(t))};
        };
        const Grid now = grid_of(*this);
        const Grid one = before != nullptr ? grid_of(*before) : Grid{};
        const Grid two = before_that != nullptr ? grid_of(*before_that) : Grid{};
        const Grid* const x = before != nullptr ? &one : nullptr;
        const Grid* const y = before_that != nullptr ? &two : nullptr;
        const Prediction prediction = fit(now, x, y);
        const Predictor predicted(prediction, x, y, now.step);
        for (std::size_t i = 0; i < size; ++i) {
            rest[first + i] = zigzag(static_cast<std::uint32_t>(now.multiples[i] - predicted(i)));
        }
        writer.put(static_cast<std::int16_t>(exponents_.at(t)));
        writer.put(prediction.a);
        writer.put(prediction.b);
        first += size;
    }
    put_planes(writer, rest);
    writer.put(checksum(multiples_));
    return writer.take();
}

RoundedWeights RoundedWeights::decode(std::span<const std::byte> bytes, const ModelShape& shape,
                                      const RoundedWeights* before,
                                      const RoundedWeights* before_that) try {
    RoundedWeights weights(shape);
    for (const RoundedWeights* other : {before, before_that}) {
        if (other != nullptr && !(other->layout_ == weights.layout_)) {
            throw WeightDataError("the recorded weights refer to a record of another shape");
        }
    }
    const std::size_t count = weights.multiples_.size();
    ByteReader reader(bytes);
    if (const auto said = reader.get<std::uint32_t>(); said != count) {
        throw WeightDataError("the recorded weights are not this run's: " + std::to_string(said) +
                              " values, the run has " + std::to_string(count));
    }
    const std::span<const TensorSpec> tensors = weights.layout_.tensors();
    std::vector<Prediction> predictions(tensors.size());
    for (std::size_t t = 0; t < tensors.size(); ++t) {
        weights.exponents_.at(t) = reader.get<std::int16_t>();
        predictions.at(t).a = reader.get<std::int16_t>();
        predictions.at(t).b = reader.get<std::int16_t>();
        if (weights.exponents_.at(t) < kSmallestExponent ||
            weights.exponents_.at(t) > kLargestExponent) {
            throw WeightDataError("the recorded weights are damaged: a step is 2 to the power " +
                                  std::to_string(weights.exponents_.at(t)));
        }
    }
    const std::vector<std::uint32_t> rest = get_planes(reader, count);
    std::size_t first = 0;
    for (std::size_t t = 0; t < tensors.size(); ++t) {
        const std::size_t size = tensors[t].size;
        const auto grid_of = [&](const RoundedWeights& other) {
            return Grid{std::span(other.multiples_).subspan(first, size),
                        std::ldexp(1, other.exponents_.at(t))};
        };
        const double step = std::ldexp(1, weights.exponents_.at(t));
        const Grid one = before != nullptr ? grid_of(*before) : Grid{};
        const Grid two = before_that != nullptr ? grid_of(*before_that) : Grid{};
        const Predictor predicted(predictions.at(t), before != nullptr ? &one : nullptr,
                                  before_that != nullptr ? &two : nullptr, step);
        for (std::size_t i = first; i < first + size; ++i) {
            // Whatever the bytes say, this wraps around instead of overflowing.
            const auto multiple = static_cast<std::int32_t>(
                static_cast<std::uint32_t>(predicted(i - first)) + unzigzag(rest[i]));
            if (multiple < -kLargestMultiple || multiple > kLargestMultiple ||
                std::fabs(multiple * step) > std::numeric_limits<float>::max()) {
                throw WeightDataError("the recorded weights are damaged: a value of " +
                                      tensors[t].name + " is out of range");
            }
            weights.multiples_[i] = multiple;
        }
        first += size;
    }
    if (reader.get<std::uint32_t>() != checksum(weights.multiples_) || reader.left() != 0) {
        throw WeightDataError("the recorded weights are damaged: their checksum does not match");
    }
    return weights;
} catch (const std::out_of_range& error) {
    throw WeightDataError(std::string("the recorded weights are damaged: ") + error.what());
}

} // namespace grokscope
