using System.Runtime;

namespace RecOps.Training.Runtime;

/// <summary>
/// Holds off garbage collection for a short run of Torch operations. TorchSharp wraps every number passed to an operation in a
/// finalizable object and passes on its bare handle. A collection started by another thread at that point frees the number while the
/// operation uses it (seen as "Expected false to be true" from Scalar.h). Without collections nothing is finalised.
/// </summary>
internal readonly struct CollectionPause : IDisposable
{
    private const long Budget = 200_000_000;
    private readonly bool _held;

    private CollectionPause(bool held) => _held = held;

    /// <summary>Begins a pause that lasts until it is disposed or 200 MB have been allocated. Does nothing within another one.</summary>
    public static CollectionPause Begin()
    {
        try
        {
            return new CollectionPause(GC.TryStartNoGCRegion(Budget));
        }
        catch (InvalidOperationException)
        {
            // One is in progress, begun by other work in this process.
            return default;
        }
    }

    public void Dispose()
    {
        if (!_held || GCSettings.LatencyMode != GCLatencyMode.NoGCRegion)
            return;
        try
        {
            GC.EndNoGCRegion();
        }
        catch (InvalidOperationException)
        {
            // It ended by itself between the check and the call.
        }
    }
}
