// Words of the sheet of the valley; what it says of a run is in claims.cpp.
// Threads: any; constants only.
#pragma once

namespace grokscope::ui::text {

inline constexpr const char* kValleyMemorising = "memorising";
inline constexpr const char* kValleyMemorised = "memorised";
inline constexpr const char* kValleyGrokked = "grokked";
inline constexpr const char* kValleyCursor = "at the cursor";
inline constexpr const char* kValleyWeights = "weights of epoch ";
inline constexpr const char* kValleyRounded = ", rounded";
inline constexpr const char* kValleyExact = ", exact";
inline constexpr const char* kValleyComputing = "Looking along the loss\xE2\x80\xA6";
inline constexpr const char* kValleyNotYet =
    "the loss around the weights is still being computed: try again in a moment";
inline constexpr const char* kValleyAbsent = "The loss is looked along in the window itself.";
inline constexpr const char* kValleyTrain = "train loss, nats";
inline constexpr const char* kValleyTest = "test loss, nats";
inline constexpr const char* kValleyTop = "where train loss bends most";
inline constexpr const char* kValleyRandom = "two random directions";
inline constexpr const char* kValleyBend = "bends by ";
inline constexpr const char* kValleyLength = "length of the weights ";
inline constexpr const char* kValleyAxis = "steps to either side, in shares of the weights' length";
inline constexpr const char* kValleyNote =
    "All trained weights are moved at once, along the direction in which train loss bends most "
    "(the "
    "top eigenvector of its Hessian, 30 steps of Lanczos) and along random ones. Steps are drawn "
    "evenly, not to scale. A line is a slice of very many dimensions: it does not tell which "
    "solution is flatter, nor which generalises.";
inline constexpr const char* kValleyCommand = "grokscope inspect RUN --valley";

} // namespace grokscope::ui::text
