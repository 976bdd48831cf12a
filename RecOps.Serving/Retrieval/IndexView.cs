using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using RecOps.Shared.Bundles;

namespace RecOps.Serving.Retrieval;

/// <summary>Addresses of an index's tensors in memory; valid while the bundle is open.</summary>
internal sealed unsafe class IndexView(BundleIndex index, int dimension)
{
    public byte* Codes { get; } = Start(index.Codes);

    public float* Scales { get; } = Start(index.Scales);

    public int* Permutation { get; } = Start(index.Permutation);

    public int BlockBytes { get; } = IndexLayout.BlockBytes(dimension);

    public int Places { get; } = index.Blocks * IndexLayout.BlockItems;

    private readonly int* _starts = Start(index.Starts);

    public (int First, int End) BlocksOf(int cell) => (_starts[cell], _starts[cell + 1]);

    private static T* Start<T>(MappedTensor<T> tensor)
        where T : unmanaged => (T*)Unsafe.AsPointer(ref MemoryMarshal.GetReference(tensor[0]));
}
