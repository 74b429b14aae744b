// LayerNorm, activations and attention of layers/block_kernels.h for one scalar type,
// GROKSCOPE_SCALAR, compiled once for each SIMD target: the whole body of block_kernels_float.cpp
// and block_kernels_double.cpp. No include guard, since Highway includes it once per target. No
// standard containers in here: an inline function of theirs compiled for AVX-512 could be the copy
// that the linker keeps for all.
#include "engine/model/fused/simd/targets.h"
#include "engine/model/layers/block_kernels.h"

#undef HWY_TARGET_INCLUDE
#define HWY_TARGET_INCLUDE "engine/model/layers/simd/block_kernels-inl.h"
#include <hwy/foreach_target.h>
#include <hwy/highway.h>

#include <hwy/contrib/math/math-inl.h>

#include <cmath>

HWY_BEFORE_NAMESPACE();
namespace grokscope::layers {
using fused::highway_target;
using fused::SimdLevel;
namespace HWY_NAMESPACE {

namespace hn = hwy::HWY_NAMESPACE;

using T = GROKSCOPE_SCALAR;
using Tag = hn::ScalableTag<T>;
using V = hn::Vec<Tag>;
constexpr std::size_t kLanes = hn::MaxLanes(Tag());

constexpr std::size_t kMostSlots = 4;

/// A whole vector of values in memory.
struct Whole {
    HWY_INLINE V load(const T* from) const { return hn::LoadU(Tag(), from); }
    HWY_INLINE void store(V value, T* to) const { hn::StoreU(value, Tag(), to); }
    HWY_INLINE V only(V value) const { return value; }
};

/// The last values of a row: zeros are read behind them, and nothing is written there.
struct Part {
    hn::Mask<Tag> some;
    HWY_INLINE V load(const T* from) const {
        return hn::IfThenElseZero(some, hn::LoadU(Tag(), from));
    }
    HWY_INLINE void store(V value, T* to) const { hn::BlendedStore(value, some, Tag(), to); }
    HWY_INLINE V only(V value) const { return hn::IfThenElseZero(some, value); }
};

/// Visits `count` values, a vector at a time: visit(place, Whole or Part).
template <typename Visit>
HWY_INLINE void for_vectors(std::size_t count, const Visit& visit) {
    std::size_t j = 0;
    for (; j + kLanes <= count; j += kLanes) {
        visit(j, Whole{});
    }
    if (j < count) {
        visit(j, Part{hn::FirstN(Tag(), count - j)});
    }
}

HWY_INLINE T sum_of(V value) {
    const Tag d;
    return hn::GetLane(hn::SumOfLanes(d, value));
}

void norm(const NormRows<T>& n) {
    const Tag d;
    const T count = static_cast<T>(n.columns);
    for (std::size_t i = 0; i < n.rows; ++i) {
        const T* x = n.x + i * n.stride;
        V sum = hn::Zero(d);
        for_vectors(n.columns,
                    [&](std::size_t j, const auto& io) { sum = hn::Add(sum, io.load(x + j)); });
        const V mean = hn::Set(d, sum_of(sum) / count);
        V squares = hn::Zero(d);
        for_vectors(n.columns, [&](std::size_t j, const auto& io) {
            const V away = io.only(hn::Sub(io.load(x + j), mean));
            squares = hn::MulAdd(away, away, squares);
        });
        const T scale = T(1) / std::sqrt(sum_of(squares) / count + static_cast<T>(kNormEpsilon));
        n.scale[i] = scale;
        const V factor = hn::Set(d, scale);
        T* xhat = n.xhat + i * n.stride;
        T* y = n.y + i * n.stride;
        for_vectors(n.columns, [&](std::size_t j, const auto& io) {
            const V value = hn::Mul(hn::Sub(io.load(x + j), mean), factor);
            io.store(value, xhat + j);
            io.store(hn::MulAdd(value, io.load(n.gain + j), io.load(n.bias + j)), y + j);
        });
    }
}

void norm_backward(const NormBackward<T>& n) {
    const Tag d;
    const T share = T(1) / static_cast<T>(n.columns);
    for (std::size_t i = 0; i < n.rows; ++i) {
        const T* dy = n.dy + i * n.stride;
        const T* xhat = n.xhat + i * n.stride;
        T* dx = n.dx + i * n.stride;
        V sum = hn::Zero(d);
        V along = hn::Zero(d);
        for_vectors(n.columns, [&](std::size_t j, const auto& io) {
            const V slope = io.load(dy + j);
            const V place = io.load(xhat + j);
            const V e = hn::Mul(slope, io.load(n.gain + j));
            sum = hn::Add(sum, e);
            along = hn::MulAdd(e, place, along);
            io.store(hn::MulAdd(slope, place, io.load(n.dgain + j)), n.dgain + j);
            io.store(hn::Add(slope, io.load(n.dbias + j)), n.dbias + j);
        });
        const V mean = hn::Set(d, sum_of(sum) * share);
        const V mean_along = hn::Set(d, sum_of(along) * share);
        const V scale = hn::Set(d, n.scale[i]);
        for_vectors(n.columns, [&](std::size_t j, const auto& io) {
            const V e = hn::Mul(io.load(dy + j), io.load(n.gain + j));
            const V across = hn::Sub(hn::Sub(e, mean), hn::Mul(io.load(xhat + j), mean_along));
            io.store(hn::MulAdd(scale, across, io.load(dx + j)), dx + j);
        });
    }
}

/// Phi(x) and its derivative phi(x), the normal distribution. In float by Phi(-|x|) = t P(t)
/// exp(-x^2 / 2), t = 1 / (1 + 0.35 |x|), with P fitted to a relative error of 3.2e-8 on |x| <= 14;
/// beyond that both are 0 in float.
struct Normal {
    V distribution;
    V density;
};

HWY_INLINE Normal normal(V x) {
    const Tag d;
    constexpr double kDensity = 0.3989422804014327; // 1 / sqrt(2 pi)
    if constexpr (sizeof(T) == sizeof(double)) {    // for the algebra tests alone
        HWY_ALIGN T values[kLanes];
        HWY_ALIGN T shares[kLanes];
        HWY_ALIGN T densities[kLanes];
        hn::Store(x, d, values);
        for (std::size_t i = 0; i < kLanes; ++i) {
            const double value = static_cast<double>(values[i]);
            shares[i] = static_cast<T>(0.5 * std::erfc(-value * 0.7071067811865476));
            densities[i] = static_cast<T>(kDensity * std::exp(-0.5 * value * value));
        }
        return {hn::Load(d, shares), hn::Load(d, densities)};
    } else {
        constexpr float kFit[] = {
            0.13962140309288423F,  0.13986189115916467F,  0.11983270848690271F,
            0.10550864518099587F,  -0.02311137638185462F, 0.1591764329248855F,
            -0.25571626914467027F, 0.14397268332537627F,  -0.02914613459086383F};
        const V one = hn::Set(d, T(1));
        const V size = hn::Abs(x);
        const V t = hn::Div(one, hn::MulAdd(size, hn::Set(d, T(0.35)), one));
        const V bell = hn::Exp(d, hn::Mul(hn::Mul(x, x), hn::Set(d, T(-0.5))));
        V fit = hn::Set(d, kFit[8]);
#pragma GCC unroll 8
        for (int i = 7; i >= 0; --i) {
            fit = hn::MulAdd(fit, t, hn::Set(d, kFit[i]));
        }
        const V tail = hn::Mul(hn::Mul(fit, t), bell);
        return {hn::IfThenElse(hn::Lt(x, hn::Zero(d)), tail, hn::Sub(one, tail)),
                hn::Mul(bell, hn::Set(d, static_cast<T>(kDensity)))};
    }
}

void activate(const ActivateRows<T>& rows) {
    const Tag d;
    const ActivateRows<T> a = rows;
    const V zero = hn::Zero(d);
    const V one = hn::Set(d, T(1));
    for (std::size_t i = 0; i < a.rows; ++i) {
        T* h = a.h + i * a.stride;
        T* slope = a.slope != nullptr ? a.slope + i * a.stride : nullptr;
        if (!a.gelu) {
            for_vectors(a.columns, [&](std::size_t j, const auto& io) {
                const V x = hn::Add(io.load(h + j), io.load(a.bias + j));
                // Zero and below have none; what is no number stays one.
                io.store(hn::IfThenZeroElse(hn::Le(x, zero), x), h + j);
                if (slope != nullptr) {
                    io.store(hn::IfThenElseZero(hn::Gt(x, zero), one), slope + j);
                }
            });
        } else {
            for_vectors(a.columns, [&](std::size_t j, const auto& io) {
                const V x = hn::Add(io.load(h + j), io.load(a.bias + j));
                const Normal at = normal(x);
                io.store(hn::Mul(x, at.distribution), h + j);
                if (slope != nullptr) {
                    io.store(hn::MulAdd(x, at.density, at.distribution), slope + j);
                }
            });
        }
    }
}

void scale_rows(std::size_t rows, std::size_t columns, std::size_t stride, const T* factor, T* to) {
    for (std::size_t i = 0; i < rows; ++i) {
        const T* by = factor + i * stride;
        T* row = to + i * stride;
        for_vectors(columns, [&](std::size_t j, const auto& io) {
            io.store(hn::Mul(io.load(by + j), io.load(row + j)), row + j);
        });
    }
}

void add_bias(std::size_t rows, std::size_t columns, std::size_t stride, const T* bias, T* to) {
    for (std::size_t i = 0; i < rows; ++i) {
        T* row = to + i * stride;
        for_vectors(columns, [&](std::size_t j, const auto& io) {
            io.store(hn::Add(io.load(bias + j), io.load(row + j)), row + j);
        });
    }
}

HWY_INLINE T dot(const T* one, const T* other, std::size_t count) {
    const Tag d;
    V sum = hn::Zero(d);
    for_vectors(count, [&](std::size_t j, const auto& io) {
        sum = hn::MulAdd(io.load(one + j), io.load(other + j), sum);
    });
    return sum_of(sum);
}

/// Softmax over `count` arrays of `size` scores, each `distance` behind the one before, in place.
void softmax(std::size_t count, std::size_t size, std::size_t distance, T* scores) {
    const Tag d;
    for_vectors(size, [&](std::size_t j, const auto& io) {
        T* at = scores + j;
        V largest = io.load(at);
        for (std::size_t s = 1; s < count; ++s) {
            largest = hn::Max(largest, io.load(at + s * distance));
        }
        V sum = hn::Zero(d);
        for (std::size_t s = 0; s < count; ++s) {
            const V score = io.load(at + s * distance);
            // The second term is zero, unless the score is no finite number: Exp would hide it.
            const V e =
                hn::Add(hn::Exp(d, hn::Sub(score, largest)), io.only(hn::Sub(score, score)));
            sum = hn::Add(sum, e);
            io.store(e, at + s * distance);
        }
        const V share = hn::Div(hn::Set(d, T(1)), sum);
        for (std::size_t s = 0; s < count; ++s) {
            io.store(hn::Mul(io.load(at + s * distance), share), at + s * distance);
        }
    });
}

void attention(const Attention<T>& attention) {
    const Tag d;
    const Attention<T> a = attention;
    const T scale = static_cast<T>(1 / std::sqrt(static_cast<double>(a.d_head)));
    const std::size_t size = a.items * a.heads;
    for (std::size_t query = a.first_query; query < a.slots; ++query) {
        T* weights = a.weights + (query - a.first_query) * a.slots * size;
        T* z = a.z + (query - a.first_query) * a.items * a.z_stride;
        if (query == 0) { // sees itself alone
            for (std::size_t n = 0; n < size; ++n) {
                weights[n] = T(1);
            }
        } else {
            for (std::size_t i = 0; i < a.items; ++i) {
                const T* q = a.rows[query * a.items + i];
                for (std::size_t s = 0; s <= query; ++s) {
                    const T* k = a.rows[s * a.items + i] + a.part;
                    for (std::size_t h = 0; h < a.heads; ++h) {
                        weights[s * size + i * a.heads + h] =
                            scale * dot(q + h * a.d_head, k + h * a.d_head, a.d_head);
                    }
                }
            }
            softmax(query + 1, size, size, weights);
        }
        for (std::size_t i = 0; i < a.items; ++i) {
            for (std::size_t h = 0; h < a.heads; ++h) {
                const std::size_t at = 2 * a.part + h * a.d_head;
                T* to = z + i * a.z_stride + h * a.d_head;
                for_vectors(a.d_head, [&](std::size_t j, const auto& io) {
                    V sum = hn::Zero(d);
                    for (std::size_t s = 0; s <= query; ++s) {
                        const V w = hn::Set(d, weights[s * size + i * a.heads + h]);
                        sum = hn::MulAdd(w, io.load(a.rows[s * a.items + i] + at + j), sum);
                    }
                    io.store(sum, to + j);
                });
            }
        }
    }
}

void attention_backward(const AttentionBackward<T>& backward) {
    const Tag d;
    const AttentionBackward<T> back = backward;
    const Attention<T>& a = back.forward;
    const T scale = static_cast<T>(1 / std::sqrt(static_cast<double>(a.d_head)));
    const std::size_t size = a.items * a.heads;
    for (std::size_t i = 0; i < a.items; ++i) {
        const T* rows[kMostSlots];
        T* gradients[kMostSlots];
        const T* dz[kMostSlots];
        for (std::size_t s = 0; s < a.slots; ++s) {
            rows[s] = a.rows[s * a.items + i];
            gradients[s] = back.gradients[s * a.items + i];
            dz[s] = s < a.first_query ? nullptr
                                      : back.dz + ((s - a.first_query) * a.items + i) * a.z_stride;
        }
        for (std::size_t h = 0; h < a.heads; ++h) {
            const std::size_t q = h * a.d_head;
            const std::size_t k = a.part + q;
            const std::size_t v = 2 * a.part + q;
            // Of each query and each slot that it sees: its weight, and the gradient of its score.
            T weights[kMostSlots][kMostSlots];
            T scores[kMostSlots][kMostSlots];
            for (std::size_t query = a.first_query; query < a.slots; ++query) {
                const T* of_query =
                    a.weights + (query - a.first_query) * a.slots * size + i * a.heads + h;
                T mean = T(0);
                for (std::size_t s = 0; s <= query; ++s) {
                    weights[query][s] = of_query[s * size];
                    scores[query][s] = query > 0 ? dot(dz[query] + q, rows[s] + v, a.d_head) : T(0);
                    mean += weights[query][s] * scores[query][s];
                }
                for (std::size_t s = 0; s <= query; ++s) {
                    scores[query][s] =
                        weights[query][s] * (query > 0 ? scores[query][s] - mean : T(0)) * scale;
                }
            }
            for_vectors(a.d_head, [&](std::size_t j, const auto& io) {
                for (std::size_t s = 0; s < a.slots; ++s) {
                    const bool add = back.add && s >= a.first_query;
                    V dk = add ? io.load(gradients[s] + k + j) : hn::Zero(d);
                    V dv = add ? io.load(gradients[s] + v + j) : hn::Zero(d);
                    for (std::size_t query = s < a.first_query ? a.first_query : s; query < a.slots;
                         ++query) {
                        dk = hn::MulAdd(hn::Set(d, scores[query][s]), io.load(rows[query] + q + j),
                                        dk);
                        dv = hn::MulAdd(hn::Set(d, weights[query][s]), io.load(dz[query] + q + j),
                                        dv);
                    }
                    io.store(dk, gradients[s] + k + j);
                    io.store(dv, gradients[s] + v + j);
                }
                for (std::size_t query = a.first_query; query < a.slots; ++query) {
                    V dq = hn::Zero(d);
                    for (std::size_t s = 0; s <= query; ++s) {
                        dq = hn::MulAdd(hn::Set(d, scores[query][s]), io.load(rows[s] + k + j), dq);
                    }
                    io.store(dq, gradients[query] + q + j);
                }
            });
        }
    }
}

/// The argument only tells the tables of the two scalar types apart.
const BlockKernels<T>& block_table_of(T) {
    static constexpr BlockKernels<T> kTable = {
        GROKSCOPE_LEVEL, norm,     norm_backward, activate,
        scale_rows,      add_bias, attention,     attention_backward};
    return kTable;
}

} // namespace HWY_NAMESPACE
} // namespace grokscope::layers
HWY_AFTER_NAMESPACE();

#if HWY_ONCE
namespace grokscope::layers {

namespace {
const BlockKernels<GROKSCOPE_SCALAR>* find_block_kernels(SimdLevel level, GROKSCOPE_SCALAR type) {
    GROKSCOPE_FIND_TABLE(level, block_table_of, type)
}
} // namespace

template <>
const BlockKernels<GROKSCOPE_SCALAR>& block_kernels<GROKSCOPE_SCALAR>(SimdLevel level) {
    const BlockKernels<GROKSCOPE_SCALAR>* found = find_block_kernels(level, GROKSCOPE_SCALAR{});
    if (found == nullptr) {
        (void)fused::kernels<GROKSCOPE_SCALAR>(level); // throws with a sentence
    }
    return *found;
}

} // namespace grokscope::layers
#endif
