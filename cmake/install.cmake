# Filled by the packaging work: install rules and the CMake package.
