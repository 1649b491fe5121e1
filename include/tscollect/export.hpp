#pragma once

/// Marks what the shared library shows; everything else in it is hidden.
#define TSCOLLECT_EXPORT __attribute__((visibility("default")))
