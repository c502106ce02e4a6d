// same_history: are two histories equal, but for the words of their data and their places in files?
//
// The words of two pools differ, and so may the numbers of functions. For the laws of reading and
// writing.
#pragma once

#include "core/history.hpp"

namespace heddle::histories {

[[nodiscard]] bool same_history(const core::History& left, const core::History& right);

}  // namespace heddle::histories
