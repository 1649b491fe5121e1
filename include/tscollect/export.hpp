#pragma once

/// Marks the public symbols of the shared library; all others are hidden.
#define TSCOLLECT_EXPORT __attribute__((visibility("default")))
