"""Other texts in the arrays of a run's file, for tests that change one."""


def write_texts(array, texts, at=slice(None)):
    """Equal texts of a file share one place in it (src/store/hdf5/string_pool.hpp). HDF5 1.14 frees the place of a
    text that is written over, and with it the same text of all other arrays; 1.10 leaves it. So the texts are written
    into an array without a name, and the references to them into this one."""
    assert array.chunks == array.shape, "a list of texts is one chunk"
    values = array[:]
    values[at] = texts
    fresh = array.file.create_dataset(None, data=values, dtype=array.dtype, chunks=array.shape)
    array.file.flush()
    _, references = fresh.id.read_direct_chunk((0,))
    array.id.write_direct_chunk((0,), references)
