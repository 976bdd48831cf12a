"""faiss beside our index: same vectors, same queries, same ground truth, one thread.

Reads commands from standard input, one a line, and answers each with one line of JSON:
  about               what this faiss is
  build NAME          builds the index, or reads it from the cache
  search NAME A [B]   searches for all queries; A is nprobe or efSearch, B how many times k are rescored
"""
import json
import os
import struct
import sys
import time

import faiss
import numpy as np

bundle, work, cache, cells = sys.argv[1], sys.argv[2], sys.argv[3], int(sys.argv[4])
K = 200
BUILD_THREADS = os.cpu_count() or 1
METRIC = faiss.METRIC_INNER_PRODUCT


def tensor(path, name):
    with open(path, "rb") as file:
        length = struct.unpack("<Q", file.read(8))[0]
        header = json.loads(file.read(length))[name]
    kind = {"F16": np.float16, "F32": np.float32}[header["dtype"]]
    return np.memmap(path, kind, "r", 8 + length + header["data_offsets"][0], tuple(header["shape"]))


items = np.ascontiguousarray(tensor(os.path.join(bundle, "items.safetensors"), "embedding"), dtype=np.float32)
count, dimension = items.shape
queries, truth = None, None


def inverted(index):
    """Learns cells as ours are learned; the other inverted files take these over."""
    index.cp.niter = 8
    index.cp.max_points_per_centroid = 48
    return index


def flat():
    quantizer = faiss.IndexFlat(dimension, METRIC)
    index = inverted(faiss.IndexIVFFlat(quantizer, dimension, cells, METRIC))
    index.own_fields = True
    quantizer.this.disown()
    index.train(items)
    index.add(items)
    return index


def coarse():
    learned = faiss.downcast_index(loaded("ivfflat")["index"].quantizer)
    quantizer = faiss.IndexFlat(dimension, METRIC)
    quantizer.add(learned.reconstruct_n(0, cells))
    return quantizer


def scalar():
    quantizer = coarse()
    index = faiss.IndexIVFScalarQuantizer(quantizer, dimension, cells, faiss.ScalarQuantizer.QT_8bit, METRIC)
    index.own_fields = True
    quantizer.this.disown()
    index.train(items[:500_000])
    index.add(items)
    return index


def fast_scan(parts):
    """Product quantisation in `parts` parts of four bits, laid out for SIMD; the best are scored exactly afterwards."""
    quantizer = coarse()
    index = faiss.IndexIVFPQFastScan(quantizer, dimension, cells, parts, 4, METRIC)
    index.own_fields = True
    quantizer.this.disown()
    index.train(items[:500_000])
    index.add(items)
    return index


def hnsw():
    index = faiss.IndexHNSWFlat(dimension, 16, METRIC)
    index.hnsw.efConstruction = 40
    index.add(items)
    return index


BUILDERS = {
    "ivfflat": flat,
    "ivfsq8": scalar,
    "ivfpq32fs": lambda: fast_scan(dimension // 2),
    "ivfpq64fs": lambda: fast_scan(dimension),
    "hnsw": hnsw,
}
indexes = {}


def loaded(name):
    if name in indexes:
        return indexes[name]
    path = os.path.join(cache, f"{name}-{count}x{dimension}-{cells}.faiss")
    notes = path + ".json"
    if os.path.exists(notes):
        index = faiss.read_index(path)
        with open(notes) as file:
            seconds = json.load(file)["seconds"]
    else:
        faiss.omp_set_num_threads(BUILD_THREADS)
        start = time.perf_counter()
        index = BUILDERS[name]()
        seconds = time.perf_counter() - start
        faiss.write_index(index, path)
        with open(notes, "w") as file:
            json.dump({"seconds": seconds}, file)
    size = os.path.getsize(path)
    refined = None
    if name.endswith("fs"):
        exact = faiss.IndexFlat(dimension, METRIC)
        exact.add(items)
        refined = faiss.IndexRefine(index, exact)
        refined.exact = exact
        size += count * dimension * 4
    indexes[name] = {"index": index, "refined": refined, "seconds": seconds, "bytes": size}
    return indexes[name]


def search(name, reach, factor):
    global queries, truth
    if queries is None:
        queries = np.fromfile(os.path.join(work, "queries.f32"), np.float32).reshape(-1, dimension)
        truth = np.fromfile(os.path.join(work, "truth.i32"), np.int32).reshape(len(queries), K)
    entry = loaded(name)
    index = entry["index"]
    if name == "hnsw":
        index.hnsw.efSearch = reach
    else:
        index.nprobe = reach
    if entry["refined"] is not None:
        entry["refined"].k_factor = factor
        index = entry["refined"]
    faiss.omp_set_num_threads(1)
    start = time.perf_counter()
    _, found = index.search(queries, K)
    seconds = time.perf_counter() - start
    hits = sum(len(np.intersect1d(a, b, assume_unique=False)) for a, b in zip(found, truth))
    return {"seconds": seconds, "recall": hits / truth.size}


for line in sys.stdin:
    words = line.split()
    if words[0] == "about":
        answer = {"about": f"faiss {faiss.__version__}, {faiss.get_compile_options().strip()}"}
    elif words[0] == "build":
        entry = loaded(words[1])
        answer = {"seconds": entry["seconds"], "bytes": entry["bytes"]}
    else:
        answer = search(words[1], int(words[2]), float(words[3]) if len(words) > 3 else 1.0)
    print(json.dumps(answer), flush=True)
